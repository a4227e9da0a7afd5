/** The files with which a browser installs the page as an app. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromServer } from '../../sentences/en.ts';

interface InstallFile {
  body: Uint8Array;
  type: string;
}

export interface InstallFiles {
  /** By path. */
  assets: Map<string, InstallFile>;
  manifest: string;
  /** The path of a square picture. */
  icon: string;
}

const MANIFEST_TYPE = 'application/manifest+json; charset=utf-8';
/** The ground in colours.css. */
export const THEME_COLOURS = { light: '#fbfaf7', dark: '#15181b' };

/** A maskable picture has its content within 40 % around its middle (W3C, Web Application Manifest, icon masks). */
const ICONS = [
  { name: 'icon-192', sizes: '192x192', purpose: 'any' },
  { name: 'icon-512', sizes: '512x512', purpose: 'any' },
  { name: 'maskable-512', sizes: '512x512', purpose: 'maskable' },
];

export function installFiles(): InstallFiles {
  const pictures = ICONS.map(({ name, ...icon }) => {
    const body = readFileSync(new URL(`icons/${name}.png`, import.meta.url));
    return { ...icon, body, src: pathOf(name, body, 'png') };
  });
  const body = Buffer.from(
    JSON.stringify({
      id: '/',
      name: fromServer.access.app.NAME,
      short_name: fromServer.access.app.NAME,
      description: fromServer.access.app.DESCRIPTION,
      start_url: '/',
      scope: '/',
      display: 'standalone',
      theme_color: THEME_COLOURS.light,
      background_color: THEME_COLOURS.light,
      icons: pictures.map(({ src, sizes, purpose }) => ({ src, sizes, purpose, type: 'image/png' })),
    }),
  );
  const manifest = pathOf('manifest', body, 'webmanifest');
  return {
    manifest,
    icon: pictures[0]?.src ?? '',
    assets: new Map([
      [manifest, { body, type: MANIFEST_TYPE }],
      ...pictures.map(({ src, body }): [string, InstallFile] => [src, { body, type: 'image/png' }]),
    ]),
  };
}

const pathOf = (name: string, body: Uint8Array, ending: string) =>
  `/assets/${name}-${createHash('sha256').update(body).digest('hex').slice(0, 8)}.${ending}`;
