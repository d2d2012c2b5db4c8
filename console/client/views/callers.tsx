import { signal } from '@preact/signals';
import type { AnswerDocument, CallerDocument } from '../../shared/documents';
import { messageOf } from '../document';
import { dayAndTime } from '../format';
import { Action } from '../parts/action';
import { Fact, Facts } from '../parts/facts';
import { Field } from '../parts/field';
import { CallLink, Id } from '../parts/id';
import { Empty, Notice } from '../parts/notice';
import { Player } from '../parts/player';
import { postJson } from '../requests';
import { isPersonal } from '../session';

const number = signal('');
const found = signal<{ number: string; callers: readonly CallerDocument[] } | undefined>(undefined);
const problem = signal<string | undefined>(undefined);

const find = async (): Promise<void> => {
  const wanted = number.value.trim();
  try {
    problem.value = undefined;
    found.value = { number: wanted, callers: await postJson<CallerDocument[]>('callers/find', { number: wanted }) };
  } catch (error) {
    problem.value = messageOf(error);
    found.value = undefined;
  }
};

/** Shows one caller, by number: consent, samples, voice, and the caller's rights. */
export const Callers = () => (
  <>
    <h1>Callers</h1>
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        void find();
      }}
    >
      <Field label="Number" value={number} inputMode="tel" placeholder="+31612345678" />
      <button type="submit" class="primary">
        Find
      </button>
    </form>
    {problem.value !== undefined && <Notice kind="problem">{problem.value}</Notice>}
    {found.value === undefined ? (
      <Empty title="Find a caller by number">
        Precall stores numbers only as keyed hashes, so there is no list. Enter a number with its country code.
      </Empty>
    ) : found.value.callers.length === 0 ? (
      <Empty title="Nothing is known of this number">
        A pre-call with the number, or an enrolment, brings it here.
      </Empty>
    ) : (
      found.value.callers.map((caller) => <CallerCard key={caller.hash} caller={caller} />)
    )}
  </>
);

const CallerCard = ({ caller }: { caller: CallerDocument }) => (
  <section class="card" aria-label="Caller">
    <h2>{isPersonal.value === true ? (caller.name ?? 'A caller without a name') : 'Caller'}</h2>
    <Facts>
      <Fact name="Hash of the number">
        <Id id={caller.hash} />
      </Fact>
      <Fact name="Consent">{caller.consent}</Fact>
      <Fact name="Voice">
        <Id id={caller.voiceId} />
      </Fact>
      <Fact name="Calls under way">
        {caller.calls.length === 0 ? 'none' : caller.calls.map((id) => <CallLink key={id} id={id} />)}
      </Fact>
      <Fact name="Kept until">{dayAndTime(caller.expiresAtMs)}</Fact>
      {caller.erasedAtMs !== undefined && <Fact name="Erased">{dayAndTime(caller.erasedAtMs)}</Fact>}
    </Facts>
    <Samples samples={caller.samples} />
    <Rights />
  </section>
);

const Samples = ({ samples }: Pick<CallerDocument, 'samples'>) => (
  <>
    <h3>Samples</h3>
    {samples.length === 0 && <p>None.</p>}
    {isPersonal.value === true
      ? samples.map(({ key, kind }) => (
          <Player key={key} path={`sample?key=${encodeURIComponent(key)}`} label={`the ${kind} sample`} />
        ))
      : samples.length > 0 && <p>{samples.length} stored. Switch personal data on to listen.</p>}
  </>
);

const Rights = () => {
  const wanted = found.value?.number ?? '';
  const request = async (kind: string): Promise<void> => {
    const { status, meaning } = await postJson<AnswerDocument>('callers/request', { kind, number: wanted });
    if (status >= 300) throw new Error(`${status}: ${meaning}`);
    await find();
  };
  return (
    <div class="actions">
      <Action label="Export" done="The export was requested." run={() => request('export')} />
      <Action
        label="Withdraw consent"
        question={`Withdraw the consent of ${wanted}? Voice and samples are deleted.`}
        done="The consent is withdrawn."
        look="danger"
        run={() => request('withdrawal')}
      />
      <Action
        label="Erase"
        question={`Erase everything that is stored of ${wanted}? That cannot be undone.`}
        done="The erasure was accepted."
        look="danger"
        run={() => request('erasure')}
      />
    </div>
  );
};
