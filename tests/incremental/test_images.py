"""Social cards, icons and resized images, edited at random: an incremental build gives the files of a clean one."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from afterword.build.media import image_files
from tests.incremental.blog_edits import NUMBER, SEQUENCES, BlogEdits
from tests.incremental.random_blog import TEMPLATES, TITLES

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from afterword.build.media.image_files import Drawing, _Job

OF_POST = (
    "{{ post.social_card.url if post.social_card }}"
    "{% if post.image %}{{ post.image.url }} {{ post.image.variants.modern if post.image.variants }}{% endif %}"
)
OF_SITE = "{{ site.social_card.url if site.social_card }}{% for icon in site.icons %}{{ icon.url }}{% endfor %}"
WIDTHS = (100, 700, 1000)
SETTINGS = {
    "images": ('"responsive"', '"original"'),
    "theme.cards": ("true", "false"),
    "theme.icons": ('"svg"', '"all"', '"off"'),
    "theme.accent": ('"#123456"', '"#8a2c0d"'),
    "title": ('"T"', '"U"', '"\\U0001f600"'),
    "base_url": ('"https://x.org/"', '"https://x.org/n/"', '""'),
}


@cache
def paint(form: str, width: int, shade: int) -> bytes:
    """A photograph, or a picture that is none."""
    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (width, width // 2), (shade, 99, 99)).save(file, form)
    return file.getvalue()


@cache
def draw_once(drawing: Hashable) -> bytes:
    return cast("Drawing", drawing).draw()


def start_drawing(_: object) -> Callable[[_Job], bytes]:
    """Draw each picture once for all builds, since what is tested is which of them are made."""
    return lambda job: draw_once(cast("Hashable", job.drawing))


class ImageEdits(BlogEdits):
    """Each rule is one kind of edit; after each of them, the blog is built and checked."""

    @initialize(is_one_process=st.booleans())
    def create(self, is_one_process: bool) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(image_files, "_start_drawing", start_drawing)
        self.settings = {name: values[0] for name, values in SETTINGS.items()}
        self.create_blog(is_one_process=is_one_process)
        for path in ("posts/2025-06-01-afar.md", "posts/2025-04-01-passing.md"):
            self.blog.delete(path)
        for name, text in {"post.html": OF_POST, "page.html": OF_POST, "index.html": OF_SITE}.items():
            self.blog.write(f"templates/{name}", TEMPLATES[name].replace("{% endblock %}", f"{text}{{% endblock %}}"))
        self.blog.write("posts/shot.jpg", paint("JPEG", 700, 1))
        self.change_settings("title", 0)
        self.show_a_photograph(1)
        self.name_an_image(2, is_image=True)
        report = self.blog.build()
        assert not isinstance(report, tuple)
        assert report.published

    def teardown(self) -> None:
        self.patch.undo()
        super().teardown()

    @invariant()
    def build_and_check(self) -> None:
        self.blog.check()

    @rule(name=st.sampled_from(sorted(SETTINGS)), number=st.integers(0, 2))
    def change_settings(self, name: str, number: int) -> None:
        values = SETTINGS[name]
        self.settings[name] = values[number % len(values)]
        lines = (f"{key} = {value}\n" for key, value in self.settings.items())
        self.blog.write("afterword.toml", "".join(lines))

    @rule(number=NUMBER, title=st.sampled_from([*TITLES, "\U0001f600"]))
    def edit_a_title(self, number: int, title: str) -> None:
        self.change(number, lambda text: text.replace("title: ", f"title: {title} ", 1))

    @rule(number=NUMBER, speaker=st.sampled_from(["Ada", "山田太郎"]), length=st.sampled_from(["30:00", "about 1 h"]))
    def edit_a_talk(self, number: int, speaker: str, length: str) -> None:
        talk = f'talk: {{video: https://youtu.be/zjkBMFhNj_1, speaker: {speaker}, length: "{length}"}}'
        self.change(number, lambda text: text.replace("---\n", f"---\n{talk}\n", 1) if "talk:" not in text else text)

    @rule(form=st.sampled_from(["JPEG", "PNG"]), width=st.sampled_from(WIDTHS), shade=st.integers(1, 2))
    def edit_a_photograph(self, form: str, width: int, shade: int) -> None:
        self.blog.write("posts/shot.jpg", paint(form, width, shade))

    @rule()
    def cut_a_photograph_off(self) -> None:
        self.blog.write("posts/shot.jpg", paint("JPEG", 700, 1)[:200])

    @rule(number=NUMBER)
    def show_a_photograph(self, number: int) -> None:
        self.change(number, lambda text: f"{text}\n![A photograph](shot.jpg)\n")

    @rule(number=NUMBER, is_image=st.booleans())
    def name_an_image(self, number: int, is_image: bool) -> None:
        line = "image: shot.jpg\n"
        self.change(
            number,
            lambda text: (
                text.replace("---\n", f"---\n{line}", 1) if is_image and line not in text else text.replace(line, "")
            ),
        )

    @rule(name=st.sampled_from(["favicon.svg", "site.webmanifest", "shot.png"]), is_there=st.booleans())
    def put_an_image_into_static(self, name: str, is_there: bool) -> None:
        if is_there:
            self.blog.write(f"static/{name}", paint("PNG", 700, 3) if name == "shot.png" else "<svg/>")
        elif (self.blog.root / "static" / name).exists():
            self.blog.delete(f"static/{name}")

    @rule(moment=st.integers(1, 60))
    def kill_a_build(self, moment: int) -> None:
        self.blog.kill_a_build(moment)

    @rule(number=NUMBER, is_deleted=st.booleans())
    def tamper_with_the_site(self, number: int, is_deleted: bool) -> None:
        site = self.blog.root / "site"
        files = sorted([*site.glob("cards/*"), *site.glob("images/*"), *site.glob("*icon*")])
        if not files:
            return
        if is_deleted:
            files[number % len(files)].unlink()
        else:
            files[number % len(files)].write_text("x")


TestImageEdits = pytest.mark.skipif(find_spec("PIL") is None, reason="Pillow is an extra")(ImageEdits.TestCase)
TestImageEdits.settings = settings(
    max_examples=-(-SEQUENCES // 50), stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
)
