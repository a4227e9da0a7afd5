/**
 * The document of the frame that draws diagrams: Mermaid with the page's own script, both within it, since a frame with
 * an origin of its own is sent no cookie that would open an asset.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** One file without dependencies; it has all types of diagrams but mindmaps and architecture. */
const LIBRARY = createRequire(import.meta.url).resolve('@mermaid-js/tiny');

/** @param script the frame's own, which uses the library */
export function diagramDocument(script: string) {
  const scripts = [readFileSync(LIBRARY, 'utf8'), script];
  if (scripts.some((one) => /<\/?script/i.test(one))) throw new Error('a script that ends its own element');
  const body = Buffer.from(
    `<!doctype html><meta charset="utf-8"><body>${scripts.map((one) => `<script>${one}</script>`).join('')}`,
  );
  const hashes = scripts.map((one) => `'sha256-${hashOf(one, 'base64')}'`);
  return {
    name: `diagrams-${hashOf(body, 'hex').slice(0, 8)}.html`,
    asset: { body, type: 'text/html; charset=utf-8', policy: policyOf(hashes) },
  };
}

/**
 * Nothing but these scripts runs, and nothing is loaded. The frame has an origin of its own, opens nothing and leads
 * nowhere. Mermaid writes its style into each drawing.
 */
const policyOf = (hashes: string[]) =>
  [
    'sandbox allow-scripts',
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');

const hashOf = (content: string | Uint8Array, form: 'base64' | 'hex') =>
  createHash('sha256').update(content).digest(form);
