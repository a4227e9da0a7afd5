// Installs what is missing before a script runs, on whatever Node the machine has: hence plain JavaScript, and
// CommonJS, which starts quickest. `--dev` asks for the development packages too. Costs a few file stats when
// nothing is to be done.
const { existsSync, readFileSync, statSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = dirname(__dirname);
const modules = join(root, 'node_modules');
/** The environment without Parley's settings: the scripts of packages have no business with its secrets. */
function withoutSettings() {
  const example = join(root, '.env.example');
  const lines = existsSync(example) ? readFileSync(example, 'utf8').split('\n') : [];
  const names = lines.flatMap((line) => line.match(/^[A-Z_]+(?==)/) ?? []);
  const settings = new Set(names.flatMap((name) => [name, `${name}_FILE`]));
  const isOthers = ([name]) => !settings.has(name) && !/^(?:OPENAI|DISCORD|SLACK)_/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(isOthers));
}
const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

const installedAt = changedAt(join(modules, '.package-lock.json'));
const hasDev = existsSync(join(modules, 'vitest'));
const wantsDev = process.argv.includes('--dev');
const isCurrent = installedAt > 0 && installedAt >= changedAt(join(root, 'package-lock.json'));

if (!isCurrent || (wantsDev && !hasDev)) {
  const { spawnSync } = require('node:child_process');
  console.error('Parley: installing packages …');
  // npm itself warns that the machine's Node is older than some packages ask for; the scripts run on the
  // Node that the package `node` brings along, so those warnings are silenced.
  const args = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    ...(wantsDev || hasDev ? [] : ['--omit=dev']),
  ];
  const npm = process.env.npm_execpath;
  const options = { cwd: root, env: withoutSettings(), stdio: ['ignore', 2, 2] };
  const done = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (done.status !== 0) {
    console.error(
      'Parley: the packages could not be installed. Check the network and run `npm ci` to see why.',
    );
    process.exit(1);
  }
}
