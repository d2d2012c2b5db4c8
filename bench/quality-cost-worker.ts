import { readFileSync } from 'node:fs';
import { measureLevels } from '../lambdas/samples/assess-quality';
import { readAudioStructure } from '../lambdas/samples/audio/read-audio-structure';
import { readFormat } from '../lambdas/samples/audio/sample-format';
import { soundWarnings } from '../lambdas/samples/audio/sample-quality';

const times = 10;

/** Judges the sound of the file named on the command line ten times, and prints the CPU ms of each as JSON. */
const main = (): void => {
  const bytes = readFileSync(process.argv[2] ?? '');
  const { format } = readFormat(bytes);
  if (format === undefined) throw new Error('This is no sample.');
  const structure = readAudioStructure(bytes, format);
  const cpuMs = Array.from({ length: times }, () => {
    const before = process.cpuUsage();
    const levels = measureLevels(structure);
    if (levels === undefined) throw new Error('The sample is not judged.');
    soundWarnings(levels, structure.durationS);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  console.log(JSON.stringify(cpuMs));
};

main();
