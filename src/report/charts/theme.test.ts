import { describe, expect, it } from 'vitest';
import { PAGE_COLOURS, standalone } from './theme.ts';

/** The colours of the light and of the dark page, by name. */
const [LIGHT, DARK] = PAGE_COLOURS.split('\n').map(
  (rule) => new Map([...rule.matchAll(/--(\w+):(#[0-9a-f]{6})/g)].map(([, name, colour]) => [name!, colour!])),
);

/** Relative luminance as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

/** A colour over another, as it is seen. */
function over(colour: string, ground: string, opacity: number): string {
  const channel = (at: number): string => {
    const [a, b] = [colour, ground].map((text) => Number.parseInt(text.slice(at, at + 2), 16));
    const mixed = Math.round(a! * opacity + b! * (1 - opacity));
    return mixed.toString(16).padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

describe.each([
  ['light', LIGHT!],
  ['dark', DARK!],
])('%s colours', (_, colours) => {
  it.each(['ink', 'faint', 'limit', 'accent'])('%s is legible on the page and on panels', (name) => {
    expect(contrast(colours.get(name)!, colours.get('paper')!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colours.get(name)!, colours.get('panel')!)).toBeGreaterThanOrEqual(4.5);
  });

  it('text is legible on the strongest cell of a heat map', () => {
    const cell = over(colours.get('newAvailable')!, colours.get('paper')!, 0.49);
    expect(contrast(colours.get('ink')!, cell)).toBeGreaterThanOrEqual(4.5);
  });

  it('old and new available pods, and the line above them, can be told apart by lightness alone', () => {
    const [old, fresh] = [colours.get('oldAvailable')!, colours.get('newAvailable')!];
    expect(contrast(old, fresh)).toBeGreaterThanOrEqual(1.5);
    expect(contrast(colours.get('line')!, fresh)).toBeGreaterThanOrEqual(3);
    expect(contrast(colours.get('line')!, old)).toBeGreaterThanOrEqual(3);
  });
});

it('an empty picture says that it is one', () => {
  expect(standalone([])).toContain('There is nothing to draw');
});
