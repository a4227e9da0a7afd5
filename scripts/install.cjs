// Installs what is missing before a script runs, on whatever Node the machine has: hence plain JavaScript, and
// CommonJS, which starts quickest. `--dev` asks for the development packages too. Costs a few file stats when
// nothing is to be done.
const { existsSync, statSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = dirname(__dirname);
const modules = join(root, 'node_modules');
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
  const done = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (done.status !== 0) {
    console.error(
      'Parley: the packages could not be installed. Check the network and run `npm ci` to see why.',
    );
    process.exit(1);
  }
}
