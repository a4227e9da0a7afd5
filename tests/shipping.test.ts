/** Parley as it is delivered: its packages, its image, its containers, its check. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { secretSettings } from '../src/config.ts';
import { VERSION } from '../src/version.ts';
import { emptyFolder } from './fixtures.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Locked {
  version?: string;
  integrity?: string;
  dev?: true;
  link?: true;
}
const locked = Object.entries(
  JSON.parse(read('package-lock.json')).packages as Record<string, Locked>,
).filter(([path]) => path !== '');

interface Component {
  name: string;
  version: string;
  hashes?: unknown[];
  properties?: { name: string }[];
}

describe('the packages', () => {
  it('are each known by their integrity, for every system', () => {
    expect(locked.length).toBeGreaterThan(100);
    const unknown = locked.filter(
      ([, { integrity = '' }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity),
    );
    expect(unknown).toEqual([]);
  });

  it('stand in a bill of materials, each with its hash, and whether it runs or is for development', () => {
    const bill = JSON.parse(
      execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, encoding: 'utf8' }),
    );
    expect(bill).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { purl: `pkg:npm/parley@${VERSION}` } },
    });
    // Not `--omit dev`: npm 11 then leaves out what runs too, where a package for development needs it as well.
    const listed = (bill.components as Component[]).map(
      ({ name, version, hashes = [], properties = [] }) =>
        `${name}@${version} ${hashes.length} ${properties.some(({ name }) => name === 'cdx:npm:package:development')}`,
    );
    const wanted = locked.map(
      ([path, { version, dev = false }]) => `${path.replace(/^.*node_modules\//, '')}@${version} 1 ${dev}`,
    );
    expect(listed).toEqual(expect.arrayContaining(wanted));
  });
});

describe('what others build and run is pinned', () => {
  const DIGEST = /^\S+:[\w.-]+@sha256:[0-9a-f]{64}$/;
  const COMMIT = /^[\w./-]+@[0-9a-f]{40}$/;

  it('the images of the Dockerfile, by digest beside their tag', () => {
    const images = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image);
    expect(images).toHaveLength(2);
    for (const image of images) expect(image).toMatch(DIGEST);
    expect(new Set(images).size).toBe(1);
  });

  it('the images of compose.yaml that are not built here', () => {
    const services = Object.values(composed().services);
    const images = services.flatMap(({ build, image }) => (build === undefined ? image : []));
    expect(images).toHaveLength(1);
    for (const image of images) expect(image).toMatch(DIGEST);
  });

  it('the actions of the check by commit, and its container by digest', () => {
    const uses: string[] = [];
    for (const path of globSync('.github/workflows/*.yml', { cwd: ROOT })) {
      const { jobs } = parse(read(path)) as {
        jobs: Record<string, { container?: string; steps: { uses?: string }[] }>;
      };
      for (const { container, steps } of Object.values(jobs)) {
        if (container !== undefined) expect(container).toMatch(DIGEST);
        uses.push(...steps.flatMap(({ uses = [] }) => uses));
      }
    }
    expect(uses.length).toBeGreaterThan(0);
    for (const one of uses) expect(one).toMatch(COMMIT);
  });
});

interface Service {
  image: string;
  build?: string;
  [key: string]: unknown;
}
interface Composed {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}
/** As compose reads it with this environment. */
function composed(env: Record<string, string> = {}): Composed {
  const filled = read('compose.yaml').replace(
    /\$\{(\w+)(:[-+])([^}]*)\}/g,
    (_, name: string, how: string, other: string) =>
      how === ':-' ? (env[name] ?? other) : env[name] === undefined ? '' : other,
  );
  return parse(filled, { merge: true }) as Composed;
}

describe('compose.yaml', () => {
  it.each(Object.entries(composed().services))('leaves %s nothing that it does not need', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      pids_limit: expect.any(Number),
    });
    expect(service).not.toHaveProperty('cap_add');
    expect(service).not.toHaveProperty('privileged');
    expect(String(service.tmpfs)).toContain('/tmp');
  });

  it('gives every secret as a file, and none by the environment', () => {
    const files = Object.fromEntries(secretSettings().map((name) => [`${name}_FILE`, `./secrets/${name}`]));
    const { services, secrets } = composed(files);
    for (const { environment, secrets: mounted } of Object.values(services)) {
      for (const [name, value] of Object.entries(environment as Record<string, string>)) {
        const [, secret = ''] = /^(\w+)_FILE$/.exec(name) ?? [];
        if (secret !== '')
          expect([value, mounted, secrets[secret]?.file]).toEqual([
            `/run/secrets/${secret}`,
            expect.arrayContaining([secret]),
            `./secrets/${secret}`,
          ]);
        else
          expect([name, String(value)]).not.toEqual([
            expect.stringMatching(/PASSWORD|TOKEN|KEY|SECRET|_URL/),
            expect.stringMatching(/./),
          ]);
      }
    }
    const given = Object.keys(services['parley-1']?.environment as object);
    for (const name of secretSettings()) if (name !== 'MOVE_TO') expect(given).toContain(`${name}_FILE`);
  });

  it('takes no file that is not there', () => {
    const { services, secrets } = composed();
    expect(secrets.DISCORD_TOKEN).toEqual({ file: '/dev/null' });
    expect(services['parley-1']?.environment).toMatchObject({ DISCORD_TOKEN_FILE: null });
  });

  it('lets nobody elsewhere in past the proxy, or to the database', () => {
    for (const { ports = [] } of Object.values(composed().services))
      for (const port of ports as string[]) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(composed().services.postgres).not.toHaveProperty('ports');
  });
});

/** Whether a file system can be made read-only here, for one process and without being root. */
const canReadOnly = (() => {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-o', 'remount,bind,ro', '/'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('the image', () => {
  let image: string;
  const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const set = Object.fromEntries(
    dockerfile
      .filter((line) => line.startsWith('ENV '))
      .flatMap((line) =>
        [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
      ),
  );

  beforeAll(async () => {
    image = join(await emptyFolder(), 'parley');
    mkdirSync(image);
    // As its last stage does: what is copied from the context, and the packages that are no development's.
    for (const [, words = ''] of dockerfile.map((line) => /^COPY (?!.*--from)(.*)$/.exec(line) ?? [])) {
      const paths = words.split(' ').filter(Boolean);
      const target = paths.pop() ?? '';
      if (paths.includes('package-lock.json')) continue;
      for (const path of paths)
        cpSync(join(ROOT, path), join(image, target === './' ? path : target), { recursive: true });
    }
    for (const [path, { dev }] of locked) {
      const [from, to] = [join(ROOT, path), join(image, path)];
      if (dev || !existsSync(from) || existsSync(to) || /node_modules\/.*node_modules/.test(path)) continue;
      mkdirSync(dirname(to), { recursive: true });
      symlinkSync(from, to);
    }
    cpSync(join(ROOT, 'node_modules/.package-lock.json'), join(image, 'node_modules/.package-lock.json'));
  });

  /** Runs a command in it, with nothing to write but its volume and /tmp. */
  async function run(...command: string[]): Promise<{ code: number | null; out: string }> {
    const data = await emptyFolder();
    const readOnly = canReadOnly ? ['unshare', '-rm', 'sh', '-c', READ_ONLY, 'sh', image, data] : ['env'];
    const [program = '', ...rest] = [...readOnly, ...command];
    const child = spawn(program, rest, {
      cwd: image,
      env: {
        PATH: process.env.PATH,
        ...set,
        PORT: '0',
        STORE_URL: `sqlite://${join(data, 'parley.sqlite')}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    if (command.at(-1) === 'start' || command.at(-1) === 'src/main.ts')
      child.stdout.on('data', (part) => String(part).includes('Parley is ready') && child.kill('SIGTERM'));
    const [code] = await once(child, 'exit');
    return { code, out: (await said).join('') };
  }

  it('ignores nothing that is copied into it', () => {
    const kept = read('.dockerignore').match(/^!.*$/gm) ?? [];
    for (const line of dockerfile.filter((one) => /^COPY (?!.*--from)/.test(one)))
      for (const path of line.split(' ').slice(1, -1)) expect(kept).toContain(`!${path}`);
  });

  it.skipIf(!canReadOnly)('starts with nothing to write but /data and /tmp (unshare, Linux)', async () => {
    expect(await run('node', 'src/main.ts')).toMatchObject({
      out: expect.stringContaining('Parley is ready'),
    });
  });

  it.each([
    ['doctor', /store +ok/],
    ['keys rotate', /0 API keys are now sealed/],
    ['move', /Say where to: set MOVE_TO/],
  ])('takes `npm start -- %s`', async (command, says) => {
    const { out } = await run('npm', 'start', '--', ...command.split(' '));
    expect(out).toMatch(says);
    expect(out).not.toMatch(/installing packages|npm (?:warn|error)|read-only/i);
  });
});

/** All of the file system but what follows is read-only; /tmp is empty, save for what is needed of it. */
const READ_ONLY = `set -e
image=$1 data=$2; shift 2
mount --bind "$data" "$data"
mount -o remount,bind,ro "$image" 2>/dev/null || { mount --bind "$image" "$image"; mount -o remount,bind,ro "$image"; }
mount -o remount,bind,ro /
cd "$image"; exec "$@"`;
