// Looks at an archive directory, an artifact and a downloaded archive as fast as it can, until its standard input ends,
// and prints what it saw. A path that was another file after a look was replaced in the middle of it: that look does
// not count. One that is absent is in the moment between two renames.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const [file, id, archives, artifact, download] = process.argv.slice(2);
const seen = { broken: [], looks: {}, absent: {}, generations: {} };

function look(name, path, check) {
  const before = inode(path);
  if (before === undefined) {
    seen.absent[name] = (seen.absent[name] ?? 0) + 1;
    return;
  }
  let generation;
  let broken;
  try {
    generation = check(path);
  } catch (error) {
    broken = error.message;
  }
  if (inode(path) !== before) return;
  seen.looks[name] = (seen.looks[name] ?? 0) + 1;
  if (broken) seen.broken.push(`${name}: ${broken}`);
  else seen.generations[name] = { ...seen.generations[name], [generation]: true };
}

const inode = (path) => statSync(path, { throwIfNoEntry: false })?.ino;
const sha256 = (data) => createHash('sha256').update(data).digest('hex');

function need(isSo, what) {
  if (!isSo) throw new Error(what);
}

function checkArchives(path) {
  const names = readdirSync(path).sort().join();
  need(names === `${file},${file}.sha256`, `there is ${names}`);
  const sum = sha256(readFileSync(`${path}/${file}`));
  const line = readFileSync(`${path}/${file}.sha256`, 'utf8');
  need(line === `${sum}  ${file}\n`, `the archive's SHA-256 is ${sum}, and its file says ${line}`);
  return sum;
}

function checkArtifact(path) {
  const read = (name) => readFileSync(`${path}/${name}`, 'utf8');
  need(read('.docker_id') === id, `.docker_id is ${read('.docker_id')}`);
  if (!existsSync(`${path}/a`)) return need(!existsSync(`${path}/CHECKSUM`), 'CHECKSUM without an artifact');
  const generation = read('a');
  for (const name of ['b', 'tree/c', 'z']) need(read(name) === generation, `${name} is of another archive`);
  need(read('CHECKSUM') === generation.slice(0, 64), `CHECKSUM is ${read('CHECKSUM')}`);
  return generation.slice(0, 64);
}

process.stdin.resume().on('end', () => {
  process.stdout.write(JSON.stringify(seen), () => process.exit());
});
console.log('looking');
(function again() {
  look('archive', archives, checkArchives);
  look('artifact', artifact, checkArtifact);
  look('download', download, (path) => sha256(gunzipSync(readFileSync(path))));
  setImmediate(again);
})();
