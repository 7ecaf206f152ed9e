"""Text with SGR sequences, as `tmux capture-pane -e -p` prints it, to a picture.

    python3 tests/render.py <CAPTURE >PICTURE.png

Needs python3-pil and a DejaVu Sans Mono; characters that it lacks come from whatever
font fontconfig knows for them.
"""
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

SIZE = 15  # of the font, pixels
DIRECTORY = "/usr/share/fonts/truetype/dejavu/"
DARK = (208, 208, 208), (18, 18, 22)
LIGHT = (28, 28, 32), (250, 250, 247)
FOREGROUND, BACKGROUND = DARK
BASIC = ["000000", "cd3131", "0dbc79", "e5e510", "2472c8", "bc3fbc", "11a8cd", "e5e5e5",
         "666666", "f14c4c", "23d18b", "f5f543", "3b8eea", "d670d6", "29b8db", "ffffff"]


@dataclass(frozen=True)
class Style:
    fg: tuple = None
    bg: tuple = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False


def palette(n):
    """Colour n of the 256."""
    if n < 16:
        return tuple(bytes.fromhex(BASIC[n]))
    if n >= 232:
        return (8 + 10 * (n - 232),) * 3
    n -= 16
    return tuple(0 if v == 0 else 55 + 40 * v for v in (n // 36, n // 6 % 6, n % 6))


ON = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse"}
OFF = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 27: ("reverse",)}


def extended(codes):
    """The colour after a 38 or 48: `5;N` or `2;R;G;B`, taken off codes."""
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        return palette(codes.pop(0) & 255)
    if kind == 2 and len(codes) >= 3:
        return tuple(codes.pop(0) & 255 for _ in range(3))
    return None


def apply(style, parameters):
    codes = [int(c or 0) for c in re.split("[;:]", parameters)]
    while codes:
        c = codes.pop(0)
        if c == 0:
            style = Style()
        elif c in ON:
            style = replace(style, **{ON[c]: True})
        elif c in OFF:
            style = replace(style, **dict.fromkeys(OFF[c], False))
        elif c in (38, 48):
            style = replace(style, **{"fg" if c == 38 else "bg": extended(codes)})
        elif c in (39, 49):
            style = replace(style, **{"fg" if c == 39 else "bg": None})
        elif 30 <= c <= 37 or 40 <= c <= 47:
            style = replace(style, **{"fg" if c < 40 else "bg": palette(c % 10)})
        elif 90 <= c <= 97 or 100 <= c <= 107:
            style = replace(style, **{"fg" if c < 100 else "bg": palette(c % 10 + 8)})
    return style


def width(ch):
    if unicodedata.category(ch) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WF" else 1


def parse(text):
    """Rows of [column, cluster, cells, style]."""
    rows, style = [], Style()
    for line in text.rstrip("\n").split("\n"):
        row, column = [], 0
        for sgr, other, ch in re.findall(r"\033\[([0-9;:]*)m|(\033[()].|[\x0e\x0f])|(.)", line):
            if ch:
                w = width(ch)
                if w == 0 and row:
                    row[-1][1] += ch
                else:
                    row.append([column, ch, w, style])
                    column += w
            elif not other:
                style = apply(style, sgr)
        rows.append(row)
    return rows


@lru_cache(None)
def font(ch, bold, italic):
    names = {(False, False): "", (True, False): "-Bold", (False, True): "-Oblique",
             (True, True): "-BoldOblique"}
    usual = DIRECTORY + "DejaVuSansMono%s.ttf" % names[bold, italic]
    if ord(ch) < 0x590 or "\u2500" <= ch <= "\u259f":
        return ImageFont.truetype(usual, SIZE)
    try:
        path = subprocess.run(["fc-match", "-f", "%{file}", "DejaVu Sans Mono:charset=%x" % ord(ch)],
                              stdout=subprocess.PIPE, check=True).stdout.decode()
        return ImageFont.truetype(path, SIZE)
    except (OSError, subprocess.CalledProcessError):
        return ImageFont.truetype(usual, SIZE)


def blend(a, b):
    return tuple((x + y) // 2 for x, y in zip(a, b))


def draw_cell(draw, x, y, w, h, cluster, style):
    fg, bg = style.fg or FOREGROUND, style.bg or BACKGROUND
    if style.reverse:
        fg, bg = bg, fg
    if style.dim:
        fg = blend(fg, bg)
    if bg != BACKGROUND:
        draw.rectangle([x, y, x + w - 1, y + h - 1], fill=bg)
    if cluster.strip():
        draw.text((x, y + 1), cluster, font=font(cluster[0], style.bold, style.italic), fill=fg)
    if style.underline:
        draw.line([x, y + h - 2, x + w - 1, y + h - 2], fill=fg)


def render(text, columns=None, lines=None, colours=DARK):
    """A picture of the screen, at least columns x lines large; colours: those of the terminal."""
    global FOREGROUND, BACKGROUND
    FOREGROUND, BACKGROUND = colours
    rows = parse(text)
    plain = font("M", False, False)
    cell_w, cell_h = round(plain.getlength("M")), sum(plain.getmetrics()) + 2
    columns = max([columns or 1] + [r[-1][0] + r[-1][2] for r in rows if r])
    lines = max(lines or 1, len(rows))
    margin = 8
    picture = Image.new("RGB", (columns * cell_w + 2 * margin, lines * cell_h + 2 * margin), BACKGROUND)
    draw = ImageDraw.Draw(picture)
    for y, row in enumerate(rows):
        for column, cluster, cells, style in row:
            draw_cell(draw, margin + column * cell_w, margin + y * cell_h, max(1, cells) * cell_w, cell_h,
                      cluster, style)
    return picture


def main():
    render(sys.stdin.buffer.read().decode("utf-8", "replace")).save(sys.stdout.buffer, "PNG")


if __name__ == "__main__":
    main()
