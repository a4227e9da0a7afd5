import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { fromServer } from '../sentences/en.ts';
import { inBareEnvironment } from './bare-environment.ts';

/** The files that the web adapter serves: one page, and the assets it asks for. */
export interface Page {
  html: string;
  /** By path, such as `/assets/main-ABCD1234.js`. The path changes with the content: cache it for ever. */
  assets: Map<string, Asset>;
}

export interface Asset {
  body: Uint8Array;
  /** The `Content-Type`. */
  type: string;
}

const PAGE = fileURLToPath(new URL('../page/', import.meta.url));

let bundled: Page | undefined;

/** The page, built in memory once in a process; nothing is written to the disk. Throws esbuild's failure if it doesn't build. */
export function bundlePage(): Page {
  bundled ??= build();
  return bundled;
}

function build(): Page {
  // `build` would leave a service process of some 30 MB behind, which nobody needs again.
  const { outputFiles } = inBareEnvironment(() =>
    buildSync({
      absWorkingDir: PAGE,
      entryPoints: ['main.tsx', 'style/style.css'],
      entryNames: '[name]-[hash]',
      outdir: '/assets',
      write: false,
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      tsconfigRaw: '{}',
    }),
  );
  const assets = new Map<string, Asset>();
  let script = '';
  let style = '';
  for (const file of outputFiles) {
    const path = `/assets/${file.path.replace(/^.*[\\/]/, '')}`;
    if (path.endsWith('.css')) style = path;
    else script = path;
    assets.set(path, { body: file.contents, type: contentType(path) });
  }
  return { html: html(script, style), assets };
}

function contentType(path: string): string {
  return path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
}

/**
 * The script stands in the head without `defer`, so that the theme a person chose is on the document before
 * anything is painted; the page itself is drawn once the document is there.
 */
function html(script: string, style: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<title>Parley</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<link rel="stylesheet" href="${style}">
<script src="${script}"></script>
</head>
<body>
<div id="page"></div>
<noscript>${fromServer.access.NEEDS_SCRIPT}</noscript>
</body>
</html>
`;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0c6b5e" d="M12 2.5c5.5 0 9.5 3.8 9.5 8.6s-4 8.6-9.5 8.6c-1.1 0-2.2-.2-3.2-.5L3.5 21.5l1.2-4.3c-1.4-1.6-2.2-3.6-2.2-6.1 0-4.8 4-8.6 9.5-8.6z"/><path fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" d="M8 9.2h8M8 13h5"/></svg>`;
