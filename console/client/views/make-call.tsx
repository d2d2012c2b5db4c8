import { signal } from '@preact/signals';
import type { AnswerDocument } from '../../shared/documents';
import { type Measured, measure } from '../audio/measure';
import { messageOf } from '../document';
import { duration, size } from '../format';
import { installation } from '../installation';
import { Answer } from '../parts/answer';
import { Fact, Facts } from '../parts/facts';
import { Check, Field } from '../parts/field';
import { Empty, Notice } from '../parts/notice';
import { PlayerControls } from '../parts/player';
import { postBytes } from '../requests';
import { goTo } from '../router';
import { Clock } from './clock';
import { Faults } from './faults';
import { Microphone } from './microphone';
import { OtherEvents } from './other-events';

interface Sample {
  readonly blob: Blob;
  readonly address: string;
  readonly measured: Measured | undefined;
  readonly problem: string | undefined;
}

const sample = signal<Sample | undefined>(undefined);
const name = signal('');
const number = signal('');
const chosenAgent = signal('');
const hasConsent = signal(true);
const isSending = signal(false);
const answer = signal<AnswerDocument | undefined>(undefined);
const problem = signal<string | undefined>(undefined);

const takeSample = async (bytes: ArrayBuffer, type: string): Promise<void> => {
  if (sample.value !== undefined) URL.revokeObjectURL(sample.value.address);
  const blob = new Blob([bytes], { type });
  const taken = { blob, address: URL.createObjectURL(blob) };
  sample.value = await measure(bytes).then(
    (measured) => ({ ...taken, measured, problem: undefined }),
    (error: unknown) => ({ ...taken, measured: undefined, problem: messageOf(error) }),
  );
};

const agentId = (): string => chosenAgent.value || (installation.value?.agentIds[0] ?? '');

const send = async (): Promise<void> => {
  isSending.value = true;
  [answer.value, problem.value] = [undefined, undefined];
  const query = new URLSearchParams({
    agent: agentId(),
    name: name.value,
    number: number.value,
    consent: hasConsent.value ? 'given' : 'not given',
  });
  try {
    const sent = await postBytes<AnswerDocument>(`pre-calls?${query}`, sample.value?.blob ?? new Blob());
    if (sent.status === 200 && sent.conversationId !== undefined) goTo(`calls/${sent.conversationId}`);
    else answer.value = sent;
  } catch (error) {
    problem.value = messageOf(error);
  }
  isSending.value = false;
};

/** Makes a call to the local stack from a recording and a caller, and shows what follows. */
export const MakeCall = () => {
  if (installation.value?.isLocal === false)
    return (
      <Empty title="Calls are made to the local stack only">
        Run <code>npm start</code> on this machine, and open the console that it prints.
      </Empty>
    );
  return (
    <>
      <h1>Make a call</h1>
      <section class="card" aria-labelledby="voice">
        <h2 id="voice">1. The caller's voice</h2>
        <Microphone onRecorded={(bytes) => void takeSample(bytes, 'audio/wav')} />
        <DropZone />
        <SampleFacts />
      </section>
      <section class="card" aria-labelledby="caller">
        <h2 id="caller">2. The caller</h2>
        <CallerForm />
      </section>
      <SendResult />
      <Faults />
      <Clock />
      <OtherEvents agentId={agentId()} />
    </>
  );
};

const DropZone = () => {
  const take = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) await takeSample(await file.arrayBuffer(), file.type);
  };
  return (
    <label
      class="drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      }}
    >
      Or choose a file, or drop one here: WAV, MP3 or OGG
      <input
        type="file"
        accept="audio/*,.wav,.mp3,.ogg"
        onChange={(event) => void take(event.currentTarget.files?.[0])}
      />
    </label>
  );
};

const SampleFacts = () => {
  const taken = sample.value;
  if (taken === undefined) return <p class="hint">Without a recording, the bundled one is sent.</p>;
  const { measured } = taken;
  return (
    <>
      <PlayerControls address={taken.address} peaks={measured?.peaks ?? []} label="your recording" />
      {measured !== undefined && (
        <Facts>
          <Fact name="Duration">{duration(measured.durationS * 1_000)}</Fact>
          <Fact name="Rate">{(measured.sampleRate / 1_000).toFixed(1)} kHz</Fact>
          <Fact name="Level">{decibels(measured.levelDb)}</Fact>
          <Fact name="Peak">{decibels(measured.peakDb)}</Fact>
          <Fact name="Size">{size(measured.bytes)}</Fact>
        </Facts>
      )}
      {[...(measured?.warnings ?? []), ...(taken.problem === undefined ? [] : [taken.problem])].map((warning) => (
        <Notice key={warning} kind="plain">
          {warning}
        </Notice>
      ))}
    </>
  );
};

const decibels = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(1)} dB` : 'silent');

const CallerForm = () => (
  <form
    class="fields"
    onSubmit={(event) => {
      event.preventDefault();
      void send();
    }}
  >
    <Field label="Name" value={name} />
    <Field label="Number" value={number} inputMode="tel" placeholder="+31612345678" />
    <label>
      Agent
      <select value={agentId()} onChange={({ currentTarget }) => (chosenAgent.value = currentTarget.value)}>
        {(installation.value?.agentIds ?? []).map((id) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
    <Check label="The caller agrees to a clone" value={hasConsent} />
    <button type="submit" class="primary" disabled={isSending.value}>
      {isSending.value ? 'Calling…' : 'Make the call'}
    </button>
  </form>
);

const SendResult = () => {
  if (problem.value !== undefined) return <Notice kind="problem">{problem.value}</Notice>;
  return answer.value === undefined ? null : <Answer title="Pre-call" answer={answer.value} />;
};
