"""Worker processes and Dask clusters for parallel builds."""
