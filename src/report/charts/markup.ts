/** Text for HTML and SVG. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for quoted attributes; what XML has no place for is left out. */
export function escapeMarkup(text: string): string {
  const allowed = [...text].filter((character) => character >= ' ' || WHITE_SPACE.includes(character)).join('');
  return allowed.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const WHITE_SPACE = '\t\n\r';

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; `content` is markup already. */
export function element(name: string, attributes: Attributes, content?: string): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? pixels(value) : escapeMarkup(value!)}"`)
    .join('');
  return content === undefined ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

/** SVG text. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeMarkup(text));
}

/** A tenth of a pixel is more than a screen shows. */
export function pixels(value: number): string {
  return String(Math.round(value * 10) / 10);
}
