"""Plots as SVG, written by hand: lines over logarithmic or even axes with a legend and a dashed line, and maps."""

import math

WIDTH, HEIGHT = 640, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 175, 40, 50
COLOURS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f"]


def number(value):
    """A short form of a number for an axis."""
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def even_ticks(low, high):
    """Five to ten round numbers."""
    step = 10 ** math.floor(math.log10(high - low))
    step *= next(f for f in (0.1, 0.2, 0.5, 1) if (high - low) / (step * f) <= 9)
    return [round(n * step, 10) for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def ticks(low, high):
    """Powers of ten, and their doubles and fivefolds where there is room."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1,) if len(exponents) > 4 else (1, 2, 5)
    return [t for e in exponents for s in steps if low <= (t := s * 10**e) <= high]


def plot(path, title, x_label, y_label, series, target=None, even=(False, False)):
    """Writes a plot of `series`, a dictionary from a name to points (x, y). Axes are logarithmic, or `even` (x, y)."""
    shown = lambda p: (even[0] or p[0] > 0) and (even[1] or p[1] > 0)
    points = [p for line in series.values() for p in line if shown(p)]
    xs, ys = [p[0] for p in points], [p[1] for p in points] + ([target[1]] if target else [])
    room = lambda low, high, is_even, by: (
        (low - (high - low) * 0.03, high + (high - low) * 0.03) if is_even else (low / by, high * by))
    (x0, x1), (y0, y1) = room(min(xs), max(xs), even[0], 1.2), room(min(ys), max(ys), even[1], 1.4)
    part = lambda v, low, high, is_even: (
        (v - low) / (high - low) if is_even else math.log(v / low) / math.log(high / low))
    across = lambda x: LEFT + part(x, x0, x1, even[0]) * (WIDTH - LEFT - RIGHT)
    up = lambda y: HEIGHT - BOTTOM - part(y, y0, y1, even[1]) * (HEIGHT - TOP - BOTTOM)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="14" font-weight="bold">{title}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{x_label}</text>',
        f'<text x="16" y="{(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 16 {(TOP + HEIGHT - BOTTOM) / 2})">{y_label}</text>',
    ]
    for x in (even_ticks if even[0] else ticks)(x0, x1):
        at = across(x)
        out.append(f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        out.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{number(x)}</text>')
    for y in (even_ticks if even[1] else ticks)(y0, y1):
        at = up(y)
        out.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{number(y)}</text>')
    out.append(f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" stroke="black" fill="none"/>')
    if target:
        at = up(target[1])
        out.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="black" stroke-dasharray="6 4"/>')
        out.append(f'<text x="{WIDTH - RIGHT + 8}" y="{at + 4:.1f}">{target[0]}</text>')
    for n, (name, line) in enumerate(series.items()):
        colour = COLOURS[n % len(COLOURS)]
        places = [(across(x), up(y)) for x, y in sorted(line) if shown((x, y))]
        way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        out.append(f'<path d="{way}" stroke="{colour}" stroke-width="2" fill="none"/>')
        if len(places) < 40:
            out.extend(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
        y = TOP + 10 + 18 * n
        out.append(f'<path d="M{WIDTH - RIGHT + 8} {y - 4}h16" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{WIDTH - RIGHT + 30}" y="{y}">{name}</text>')
    path.write_text("\n".join([*out, "</svg>\n"]), "utf-8")


def shade(value, most):
    """Blue below zero, red above, the stronger the farther away."""
    strength = min(abs(value) / most, 1) ** 0.6
    fade = lambda full: round(255 - (255 - full) * (0.15 + 0.85 * strength))
    return "#{:02x}{:02x}{:02x}".format(*map(fade, (200, 40, 40) if value >= 0 else (40, 90, 180)))


def plot_map(path, title, x_label, y_label, cells, notes, most=1, line=()):
    """Writes a map of `cells`, a dictionary from (x, y) to a number: what is zero or more is red. `line` is drawn over it,
    `notes` stand beside it."""
    xs, ys = sorted({x for x, _ in cells}), sorted({y for _, y in cells})
    wide, high = (WIDTH - LEFT - RIGHT) / len(xs), (HEIGHT - TOP - BOTTOM) / len(ys)
    across = lambda x: LEFT + (x - xs[0]) / (xs[1] - xs[0]) * wide
    up = lambda y: HEIGHT - BOTTOM - (y - ys[0]) / (ys[1] - ys[0]) * high
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="14" font-weight="bold">{title}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{x_label}</text>',
        f'<text x="16" y="{(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 16 {(TOP + HEIGHT - BOTTOM) / 2})">{y_label}</text>',
    ]
    for (x, y), value in sorted(cells.items()):
        out.append(f'<rect x="{across(x):.1f}" y="{up(y) - high:.1f}" width="{wide:.1f}" height="{high:.1f}" '
                   f'fill="{shade(value, most)}" stroke="white" stroke-width="0.5"/>')
        out.append(f'<text x="{across(x) + wide / 2:.1f}" y="{up(y) - high / 2 + 3:.1f}" text-anchor="middle" '
                   f'font-size="8" fill="#222">{value:.2f}</text>')
    for x in xs:
        out.append(f'<text x="{across(x) + wide / 2:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:g}</text>')
    for y in ys:
        out.append(f'<text x="{LEFT - 6}" y="{up(y) - high / 2 + 4:.1f}" text-anchor="end">{y:g}</text>')
    if line:
        way = "M" + "L".join(f"{across(x) + wide / 2:.1f} {up(y) - high / 2:.1f}" for x, y in line)
        out.append(f'<path d="{way}" stroke="black" stroke-width="2.5" fill="none"/>')
    for n, note in enumerate(notes):
        out.append(f'<text x="{WIDTH - RIGHT + 8}" y="{TOP + 12 + 16 * n}">{note}</text>')
    path.write_text("\n".join([*out, "</svg>\n"]), "utf-8")
