"""The colours of a gemeente: one brand colour becomes a scale of eight steps.

The scale is made in OKLCH (lightness, chroma, hue), so that every gemeente gets the same build. The main step, 500, is
darkened until it has a contrast of 7:1 on white (WCAG 2.2, criterion 1.4.6). Status colours never come from here.
Plain arithmetic: no Flask, no database.
"""

import math
import re

MIN_CONTRAST = 7.0
INK = "#11233b"

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_STEP_DOWN = 0.005
# A brand colour that is nearly black is lifted to here, so that 600 and 700 can still be darker.
_DARKEST_MAIN = 0.28
# Lightness and share of the brand's chroma for the light steps; the dark steps follow the main step.
_LIGHT_STEPS = {50: (0.975, 0.10), 100: (0.945, 0.20), 200: (0.88, 0.40), 300: (0.79, 0.65), 400: (0.62, 0.95)}
_DARK_STEPS = {600: (0.07, 0.92), 700: (0.13, 0.80)}

Rgb = tuple[float, float, float]


def scale(hex_colour: str) -> dict[int, str]:
    """The steps 50, 100, 200, 300, 400, 500, 600 and 700 of a colour like `#0059a3`; ValueError for any other form."""
    lightness, chroma, hue = _to_lch(_parse(hex_colour))
    lightness = max(lightness, _DARKEST_MAIN)
    while _contrast_on_white(_fit(lightness, chroma, hue)) < MIN_CONTRAST:
        lightness -= _STEP_DOWN
    steps = {step: (light, chroma * share) for step, (light, share) in _LIGHT_STEPS.items()}
    steps[500] = (lightness, chroma)
    steps |= {step: (lightness - down, chroma * share) for step, (down, share) in _DARK_STEPS.items()}
    return {step: _to_hex(_fit(light, amount, hue)) for step, (light, amount) in steps.items()}


def css(hex_colour: str) -> str:
    """The rule that gives a page the colours of this gemeente, ready to be served as a file."""
    body = ";".join(f"--p-merk-{step}:{colour}" for step, colour in scale(hex_colour).items())
    return f".voorbeeld-theme{{{body}}}\n"


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours by WCAG: from 1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(_parse(first)), _luminance(_parse(second))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _parse(hex_colour: str) -> Rgb:
    """Linear red, green and blue between 0 and 1."""
    if not _HEX.fullmatch(hex_colour):
        raise ValueError(f"Een merkkleur heeft de vorm #rrggbb, niet {hex_colour!r}.")
    red, green, blue = (_linear(int(hex_colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return red, green, blue


def _to_hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{math.floor(_gamma(value) * 255 + 0.5):02x}" for value in rgb)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _luminance(rgb: Rgb) -> float:
    red, green, blue = rgb
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast_on_white(rgb: Rgb) -> float:
    # On the rounded colour, because that is the one people see.
    return contrast(_to_hex(rgb), "#ffffff")


def _to_lch(rgb: Rgb) -> tuple[float, float, float]:
    """Linear RGB to OKLCH (matrices by Björn Ottosson, public domain)."""
    red, green, blue = rgb
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _to_rgb(lightness: float, chroma: float, hue: float) -> Rgb:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
    )


def _fit(lightness: float, chroma: float, hue: float) -> Rgb:
    """The colour inside sRGB: less saturated until a screen can show it."""
    while True:
        rgb = _to_rgb(lightness, chroma, hue)
        if chroma < 0.002 or all(-0.0005 < value < 1.0005 for value in rgb):
            red, green, blue = (min(1.0, max(0.0, value)) for value in rgb)
            return red, green, blue
        chroma *= 0.95
