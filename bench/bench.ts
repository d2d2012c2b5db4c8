/**
 * Measures what Precall itself costs beside ElevenLabs, and prints tables: `npm run bench -- [options]`. README.md says
 * how each figure comes about.
 */
import { parseArgs } from 'node:util';
import { synthesize } from '../local/synth';
import { measureCold } from './measure/cold';
import { measureConversations } from './measure/conversations';
import { measureDelayed } from './measure/delayed';
import { measureIntake } from './measure/intake';
import { peers } from './measure/peers';
import { measureReconcile } from './measure/reconcile';
import { startRig } from './measure/rig';
import { measureWarm } from './measure/warm';

const sections = {
  warm: measureWarm,
  delayed: measureDelayed,
  cold: measureCold,
  intake: measureIntake,
  reconcile: measureReconcile,
  conversations: measureConversations,
};
const names = Object.keys(sections);

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      /** Output of `cdk synth` of an earlier version, to compare with. */
      before: { type: 'string' },
      only: { type: 'string', default: names.join(',') },
      rounds: { type: 'string', default: '40' },
    },
  });
  const { assemblyDir } = await synthesize(new AbortController().signal);
  const rigs = [
    await startRig('now', assemblyDir, peers),
    ...(values.before === undefined ? [] : [await startRig('before', values.before)]),
  ];
  const rounds = Number(values.rounds);
  for (const [name, measure] of Object.entries(sections)) {
    if (!values.only.split(',').includes(name)) continue;
    await measure(rigs, name === 'delayed' || name === 'cold' ? Math.ceil(rounds / 3) : rounds);
  }
  await Promise.all(rigs.map((rig) => rig.close()));
};

void main();
