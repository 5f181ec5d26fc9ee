/** Lines of a shell script that write this text to a file, byte for byte. `path` is shell already. Text ends with a newline. */
export function writeFile(path: string, text: string, mode: '600' | '700'): string {
  let end = 'END';
  while (text.split('\n').includes(end)) end += '_';
  return `cat > ${path}.new <<'${end}'\n${text}${end}\nchmod ${mode} ${path}.new\nmv ${path}.new ${path}\n`;
}
