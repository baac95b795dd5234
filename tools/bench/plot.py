"""Line plots as SVG, written by hand: logarithmic axes, a legend, a dashed line for a target."""

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


def ticks(low, high):
    """Powers of ten, and their doubles and fivefolds where there is room."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1,) if len(exponents) > 4 else (1, 2, 5)
    return [t for e in exponents for s in steps if low <= (t := s * 10**e) <= high]


def plot(path, title, x_label, y_label, series, target=None):
    """Writes a plot of `series`, a dictionary from a name to points (x, y); both axes are logarithmic."""
    points = [p for line in series.values() for p in line if p[0] > 0 and p[1] > 0]
    xs, ys = [p[0] for p in points], [p[1] for p in points] + ([target[1]] if target else [])
    x0, x1, y0, y1 = min(xs) / 1.2, max(xs) * 1.2, min(ys) / 1.4, max(ys) * 1.4
    across = lambda x: LEFT + (math.log(x / x0) / math.log(x1 / x0)) * (WIDTH - LEFT - RIGHT)
    up = lambda y: HEIGHT - BOTTOM - (math.log(y / y0) / math.log(y1 / y0)) * (HEIGHT - TOP - BOTTOM)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="14" font-weight="bold">{title}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{x_label}</text>',
        f'<text x="16" y="{(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 16 {(TOP + HEIGHT - BOTTOM) / 2})">{y_label}</text>',
    ]
    for x in ticks(x0, x1):
        at = across(x)
        out.append(f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        out.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{number(x)}</text>')
    for y in ticks(y0, y1):
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
        places = [(across(x), up(y)) for x, y in sorted(line) if x > 0 and y > 0]
        way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        out.append(f'<path d="{way}" stroke="{colour}" stroke-width="2" fill="none"/>')
        out.extend(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
        y = TOP + 10 + 18 * n
        out.append(f'<path d="M{WIDTH - RIGHT + 8} {y - 4}h16" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{WIDTH - RIGHT + 30}" y="{y}">{name}</text>')
    path.write_text("\n".join([*out, "</svg>\n"]), "utf-8")
