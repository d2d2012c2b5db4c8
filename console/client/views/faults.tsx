import { useSignal } from '@preact/signals';
import type { FaultDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { installation } from '../installation';
import { Action } from '../parts/action';
import { Check } from '../parts/field';
import { postJson } from '../requests';

const faults = [
  { name: 'slow', title: 'Clone takes 8 s longer' },
  { name: 'rate_limited', title: 'Clone is refused with 429' },
  { name: 'down', title: 'Everything answers 503' },
  { name: 'refused', title: 'No slot is left for a voice' },
  { name: 'late_landing', title: 'Change of the agent lands 15 s late' },
];

/** Sets faults of the simulated ElevenLabs, for the next request or until they are cleared. */
export const Faults = () => {
  const isLasting = useSignal(false);
  if (installation.value?.isSimulated !== true) return null;
  return (
    <section class="card" aria-labelledby="faults">
      <h2 id="faults">Faults of the simulated ElevenLabs</h2>
      <Check label="Keep each fault until it is cleared" value={isLasting} />
      <div class="actions">
        {faults.map(({ name, title }) => (
          <Action key={name} label={title} run={() => postJson('faults', { name, isLasting: isLasting.value })} />
        ))}
      </div>
      <WaitingFaults />
    </section>
  );
};

const WaitingFaults = () => {
  const { document, reload } = useDocument<readonly FaultDocument[]>('faults');
  const waiting = (document ?? []).map(({ id, times }) => {
    const title = faults.find(({ name }) => name === id)?.title ?? 'another fault';
    return times === null ? `${title}, until cleared` : title;
  });
  return (
    <p class="actions">
      <span>{waiting.length === 0 ? 'No fault is waiting.' : `Waiting for a request: ${waiting.join('; ')}.`}</span>
      <Action
        label="Clear faults"
        isDisabled={waiting.length === 0}
        run={() => postJson('faults/clear').then(reload)}
      />
    </p>
  );
};
