// Runs before anything else, on whatever Node is first on the path, so it uses nothing that an old one lacks.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  console.error(
    `Precall runs on Node 24.9 or newer, and this is ${process.version}. "npm ci" brings the right one along unless ` +
      'install scripts are switched off: run "npm ci" without --ignore-scripts and --omit=optional, or put Node 24 ' +
      'on the path.',
  );
  process.exit(1);
}
