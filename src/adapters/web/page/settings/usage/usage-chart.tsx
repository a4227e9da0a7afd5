import { scaleOf } from '../../../../../chat/charts/scale.ts';
import type { Chart } from '../../../../../core/commands/figures.ts';

/** Units of the picture, which is as wide as the panel (18.5rem, less its padding). */
const WIDTH = 264;
const HEIGHT = 132;
const TOP = 8;
const BOTTOM = HEIGHT - 18;
/** The width of a digit of the axes, at most. */
const DIGIT = 6;

/** Bars of the days of a month. The colours are the page's, so it fits light and dark. */
export function UsageChart({ chart: { bars, unit, alternative } }: { chart: Chart }) {
  const scale = scaleOf(Math.max(...bars.map(({ value }) => value)), unit);
  const left = Math.max(...scale.ticks.map(({ shown }) => shown.length)) * DIGIT + 4;
  const slot = (WIDTH - left) / bars.length;
  const heightOf = (value: number) => ((BOTTOM - TOP) * value) / scale.end;
  const every = Math.ceil((3 * DIGIT) / slot);
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={alternative}>
      {scale.ticks.map(({ value, shown }) => (
        <g key={shown}>
          <line x1={left} x2={WIDTH} y1={BOTTOM - heightOf(value)} y2={BOTTOM - heightOf(value)} />
          <text x={left - 4} y={BOTTOM - heightOf(value) + 3} text-anchor="end">
            {shown}
          </text>
        </g>
      ))}
      {bars.map(({ label, value, shown }, index) => {
        const name = 'text' in label ? label.text : label.person;
        const x = left + index * slot;
        // A small value is still seen.
        const height = value > 0 ? Math.max(1.5, heightOf(value)) : 0;
        return (
          <g key={name}>
            <rect x={x + slot * 0.16} y={BOTTOM - height} width={slot * 0.68} height={height} rx="1">
              <title>{`${name}: ${shown}`}</title>
            </rect>
            {index % every === 0 && (
              <text x={x + slot / 2} y={HEIGHT - 5} text-anchor="middle">
                {name}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** A bar below a name in the table, as long as its share of the highest one. The table has its value. */
export function ShareBar({ value, of }: { value: number; of: number }) {
  const width = of > 0 ? Math.max(value > 0 ? 1 : 0, (value / of) * 100) : 0;
  return (
    <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect width={width} height="4" />
    </svg>
  );
}
