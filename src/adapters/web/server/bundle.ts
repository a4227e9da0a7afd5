import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import { fromServer } from '../sentences/en.ts';
import { inBareEnvironment } from './bare-environment.ts';
import { diagramDocument } from './diagrams/diagram-document.ts';
import { installFiles, THEME_COLOURS } from './install/manifest.ts';

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
  /** A policy of its own, in place of the page's. */
  policy?: string;
}

/** By default, esbuild keeps a thread and a process of some 50 MB, which have nothing more to do. */
const { buildSync }: typeof import('esbuild') = inBareEnvironment(
  () => createRequire(import.meta.url)('esbuild'),
  { ESBUILD_WORKER_THREADS: '0' },
);

const PAGE = fileURLToPath(new URL('../page/', import.meta.url));

let bundled: Page | undefined;

/** The page, built in memory once in a process; nothing is written to the disk. Throws esbuild's failure if it doesn't build. */
export function bundlePage(): Page {
  bundled ??= build();
  return bundled;
}

function build(): Page {
  const frame = bundle({ entryPoints: ['diagrams/frame/frame.ts'], format: 'iife' });
  const diagrams = diagramDocument(frame.outputFiles.map(({ text }) => text).join(''));
  // A module that is imported when it is first needed becomes a file of its own.
  const page = bundle({
    entryPoints: ['main.tsx', 'style/style.css'],
    format: 'esm',
    splitting: true,
    define: { DIAGRAMS_FILE: JSON.stringify(diagrams.name) },
  });
  const early = bundle({ entryPoints: ['before-paint.ts'], format: 'iife' });
  const assets = new Map<string, Asset>([[`/assets/${diagrams.name}`, diagrams.asset]]);
  for (const { path, contents } of [...page.outputFiles, ...early.outputFiles])
    assets.set(assetOf(path), { body: contents, type: contentType(path) });
  const { manifest, icon, assets: files } = installFiles();
  for (const [path, file] of files) assets.set(path, file);
  const paths = [...assets.keys()];
  const named = (name: string) => paths.find((path) => path.startsWith(`/assets/${name}-`)) ?? '';
  const script = named('main');
  const parts = Object.entries(page.metafile.outputs)
    .filter(([path]) => assetOf(path) === script)
    .flatMap(([, { imports }]) => imports)
    .flatMap(({ path, kind }) => (kind === 'import-statement' ? assetOf(path) : []));
  return {
    html: html({ early: named('before-paint'), script, parts, style: named('style'), manifest, icon }),
    assets,
  };
}

const assetOf = (path: string) => `/assets/${path.replace(/^.*[\\/]/, '')}`;

/** Bundles in memory. */
function bundle(options: Pick<BuildOptions, 'format' | 'splitting' | 'define'> & { entryPoints: string[] }) {
  return inBareEnvironment(() =>
    buildSync({
      absWorkingDir: PAGE,
      entryNames: '[name]-[hash]',
      chunkNames: '[name]-[hash]',
      outdir: '/assets',
      write: false,
      bundle: true,
      minify: true,
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      tsconfigRaw: '{}',
      metafile: true,
      ...options,
    }),
  );
}

function contentType(path: string): string {
  return path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
}

interface PageFiles {
  early: string;
  script: string;
  /** The files that the script imports. */
  parts: string[];
  style: string;
  manifest: string;
  icon: string;
}

/** The early script runs before anything is painted: it puts the theme that a person chose on the document. */
function html({ early, script, parts, style, manifest, icon }: PageFiles): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="${THEME_COLOURS.light}">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="${THEME_COLOURS.dark}">
<title>Parley</title>
<link rel="manifest" href="${manifest}" crossorigin="use-credentials">
<link rel="apple-touch-icon" href="${icon}">
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<link rel="stylesheet" href="${style}">
<script src="${early}"></script>
<script type="module" src="${script}"></script>
${parts.map((path) => `<link rel="modulepreload" href="${path}">`).join('\n')}
</head>
<body>
<div id="page"></div>
<noscript>${fromServer.access.NEEDS_SCRIPT}</noscript>
</body>
</html>
`;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0c6b5e" d="M12 2.5c5.5 0 9.5 3.8 9.5 8.6s-4 8.6-9.5 8.6c-1.1 0-2.2-.2-3.2-.5L3.5 21.5l1.2-4.3c-1.4-1.6-2.2-3.6-2.2-6.1 0-4.8 4-8.6 9.5-8.6z"/><path fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" d="M8 9.2h8M8 13h5"/></svg>`;
