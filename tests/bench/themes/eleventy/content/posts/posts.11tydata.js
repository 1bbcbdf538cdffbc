export default { permalink: ({ page }) => `/posts/${page.fileSlug}/` };
