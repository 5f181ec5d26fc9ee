const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** Instants, in milliseconds since the epoch, to places across the picture. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
  /** Clamped to the picture. */
  readonly x: (at: number) => number;
}

export function scaleOf(from: number, to: number, left: number, right: number): Scale {
  const span = Math.max(1, to - from);
  return { from, to, left, right, x: (at) => round(left + ((Math.min(Math.max(at, from), to) - from) / span) * (right - left)) };
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export interface Tick {
  readonly x: number;
  readonly label: string;
}

/** Ticks counted from `origin`, as many as have room. */
export function ticksOf(scale: Scale, origin: number, roomPerTick: number): Tick[] {
  const seconds = (scale.to - scale.from) / 1000;
  const most = Math.max(2, Math.floor((scale.right - scale.left) / roomPerTick));
  const step = STEPS.find((each) => seconds / each <= most) ?? 86_400 * Math.ceil(seconds / 86_400 / most);
  const first = Math.ceil((scale.from - origin) / 1000 / step);
  const last = Math.floor((scale.to - origin) / 1000 / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step).map((at) => ({
    x: scale.x(origin + at * 1000),
    label: tickLabel(at),
  }));
}

function tickLabel(seconds: number): string {
  if (seconds === 0) return '0';
  const sign = seconds < 0 ? '−' : '+';
  const size = Math.abs(seconds);
  if (size < 120) return `${sign}${size} s`;
  if (size < 7200) return `${sign}${round(size / 60)} min`;
  return `${sign}${round(size / 3600)} h`;
}

/** Roughly how wide a text is at 11 px: enough to decide whether it fits. */
export function textWidth(text: string): number {
  return text.length * 6.2;
}
