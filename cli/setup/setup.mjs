// Entry of the `pre…` scripts: node cli/setup/setup.mjs dependencies temporal test-server
// An older Node must be able to read this file, so everything newer stays behind the check.
const major = Number(process.versions.node.split('.')[0]);
if (major >= 20) {
  import('./main.mjs').then(({ main }) => main(process.argv.slice(2)));
} else {
  console.error(
    `muster set-up: Node 20 or newer is needed and this is ${process.version}. Get it from https://nodejs.org or your package manager, then run this again.`,
  );
  process.exitCode = 2;
}
