"""The chart of README.md, as SVG: time per write, beside strace."""
from xml.sax.saxutils import escape

WIDTH, LEFT, BAR, GAP = 760, 300, 13, 3
SHOWN = {
    "strace": ("strace -f", "#9aa0a6"),
    "strace --seccomp-bpf": ("strace -f --seccomp-bpf", "#bdc1c6"),
    "strace -p": ("strace -f -p", "#9aa0a6"),
    "pcat -p": ("pcat -p", "#1a73e8"),
    "pcat --": ("pcat --", "#4fa3ff"),
}
TITLES = {
    "a": "one writer, 64 bytes",
    "b": "8 writers, 64 bytes",
    "c": "1 writer, 1,000 sleepers",
    "d": "100 other calls a write",
    "e": "one writer, 64 KiB",
}


def text(x, y, words, anchor="start", more=""):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" {more}>{escape(words)}</text>'


def bar(y, row, scale):
    label, colour = SHOWN[row["tool"]]
    width = max(1, row["ratio"] * scale)
    return [text(LEFT - 8, y + BAR - 3, label, "end"),
            f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>',
            text(LEFT + width + 5, y + BAR - 3, f"{row['ratio']:.2f}")]


def draw(figures):
    """figures: as bench.py writes them."""
    rows = [r for r in figures["micro"].get("quiet", []) if r["tool"] in SHOWN]
    scale = (WIDTH - LEFT - 60) / max([r["ratio"] for r in rows] + [1])
    parts, y, last = [], 48, None
    for row in rows:
        if row["workload"] != last:
            y += 10
            parts.append(text(12, y + BAR - 3, TITLES[row["workload"]], more='font-weight="bold"'))
            last = row["workload"]
        parts += bar(y, row, scale)
        y += BAR + GAP
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 16}" font-family="sans-serif" font-size="11">',
            f'<rect width="{WIDTH}" height="{y + 16}" fill="white"/>',
            text(12, 22, "Time per write under a tracer, as a ratio to strace -f (shorter is better)", more='font-size="14"'),
            text(12, 38, f"{figures['machine']['cpu']}, {figures['machine']['cpus']} CPUs, Linux {figures['machine']['kernel']};"
                         f" medians of {figures['rounds']} interleaved rounds, quiet machine")]
    return "\n".join(head + parts + ["</svg>"]) + "\n"
