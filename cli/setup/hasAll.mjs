/** Whether the packages that are installed (as npm's own list has them) are those of the lockfile, for this platform. */
export function hasAll(installed, locked, { tools }) {
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '' || !isWanted(wanted, tools)) return true;
    const found = installed[path];
    return found?.version === wanted.version && found.integrity === wanted.integrity;
  });
}

function isWanted({ dev, devOptional, optional, peer, os, cpu, libc }, tools) {
  if (peer || ((dev || devOptional) && !tools)) return false;
  if (!optional && !devOptional) return true;
  // Of the optional ones only those can be demanded that say what they are for.
  return Boolean(os && cpu) && [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch) && (!libc || [libc].flat().includes('glibc'));
}
