import type { CallDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { clockTime, duration, shortTime, size } from '../format';
import { installation } from '../installation';
import { Action } from '../parts/action';
import { AgentVoices } from '../parts/agent-voices';
import { Fact, Facts } from '../parts/facts';
import { CallLink, Id } from '../parts/id';
import { Player } from '../parts/player';
import { Tag } from '../parts/tag';
import { Timeline } from '../parts/timeline';
import { WithDocument } from '../parts/with-document';
import { postJson } from '../requests';
import { hrefOf } from '../router';
import { isPersonal } from '../session';
import { EndCall } from './end-call';
import { Transcript } from './transcript';

/** Shows the complete story of a call. */
export const Call = ({ id }: { id: string }) => (
  <>
    <p class="back">
      <a href={hrefOf('')}>All calls</a>
    </p>
    <h1 class="id">{id}</h1>
    <WithDocument loaded={useDocument<CallDocument>(`calls/${encodeURIComponent(id)}`)}>
      {(call) => <Story call={call} />}
    </WithDocument>
  </>
);

const Story = ({ call }: { call: CallDocument }) => (
  <>
    <Summary call={call} />
    {!call.isOver && call.state === 'under way' && <Ending call={call} />}
    <section aria-labelledby="time-line">
      <h2 id="time-line">Time line</h2>
      {call.timeline.length === 0 ? (
        <p>The logs have nothing about it any more.</p>
      ) : (
        <Timeline entries={call.timeline} />
      )}
    </section>
    <AgentThen call={call} />
    <Heard call={call} />
    <section aria-labelledby="next">
      <h2 id="next">Still to come</h2>
      <ul>
        {call.next.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
    <Moments call={call} />
    <Stored call={call} />
  </>
);

const Summary = ({ call }: { call: CallDocument }) => (
  <Facts>
    <Fact name="State">
      <Tag state={call.state} isFailed={call.state === 'failed'} />
    </Fact>
    <Fact name="Pre-call">{call.atMs === undefined ? '–' : shortTime(call.atMs)}</Fact>
    <Fact name="Ended">{call.endedAtMs === undefined ? 'not yet' : shortTime(call.endedAtMs)}</Fact>
    <Fact name="Lasted">{call.durationS === undefined ? '–' : duration(call.durationS * 1_000)}</Fact>
    <Fact name="Agent">
      <Id id={call.agentId} />
    </Fact>
    <Fact name="Voice">
      <Id id={call.voiceId} /> {call.voiceState !== undefined && <Tag state={call.voiceState} />}
    </Fact>
    <Fact name="Caller">{isPersonal.value === true ? callerOf(call) : 'hidden'}</Fact>
    {call.otherCallIds.length > 0 && (
      <Fact name="Shares its agent with">
        {call.otherCallIds.map((id) => (
          <CallLink key={id} id={id} />
        ))}
      </Fact>
    )}
  </Facts>
);

const callerOf = ({ callerName, callerNumber, endedAtMs }: CallDocument): string => {
  const known = [callerName, callerNumber].filter((part) => part !== undefined).join(', ');
  if (known !== '') return known;
  return endedAtMs === undefined ? '–' : 'not kept after the call';
};

const Ending = ({ call }: { call: CallDocument }) =>
  installation.value?.isLocal === true ? (
    <EndCall conversationId={call.id} agentId={call.agentId} />
  ) : (
    <Action
      label="End it for Precall"
      question={`End the call ${call.id} for Precall? Its agent gets its own voice back. Nobody is cut off.`}
      done="Its end is queued."
      run={() => postJson(`calls/${encodeURIComponent(call.id)}/end`)}
    />
  );

const AgentThen = ({ call: { agentBefore, agentDuring, agentNow, endedAtMs } }: { call: CallDocument }) => (
  <section aria-labelledby="agent-then">
    <h2 id="agent-then">The agent</h2>
    <AgentVoices
      labelledBy="agent-then"
      voices={[
        { when: 'Its own', has: agentBefore },
        { when: 'For this call', has: agentDuring, isForgotten: endedAtMs !== undefined },
        { when: 'Now', has: agentNow },
      ]}
    />
  </section>
);

const Heard = ({ call }: { call: CallDocument }) => {
  if (!call.hasTranscript && !call.hasRecording) return null;
  return (
    <section aria-labelledby="heard">
      <h2 id="heard">What was said</h2>
      {isPersonal.value === true ? (
        <>
          {call.hasRecording && (
            <Player path={`calls/${encodeURIComponent(call.id)}/recording`} label="the recording" />
          )}
          {call.hasTranscript && <Transcript callId={call.id} />}
        </>
      ) : (
        <p>Transcript and recording are personal data. Switch them on at the top of the page.</p>
      )}
    </section>
  );
};

const Moments = ({ call: { moments } }: { call: CallDocument }) => (
  <section aria-labelledby="moments">
    <h2 id="moments">What happened</h2>
    <ol class="moments">
      {moments.map(({ atMs, words, isFault, elevenLabsRequestId }, index) => (
        <li key={index} class={isFault ? 'fault' : ''}>
          <time class="numbers" dateTime={new Date(atMs).toISOString()}>
            {clockTime(atMs)}
          </time>{' '}
          {words}
          {isFault && elevenLabsRequestId !== undefined && <small> ElevenLabs' request {elevenLabsRequestId}</small>}
        </li>
      ))}
    </ol>
  </section>
);

const Stored = ({ call: { items, objects, lines } }: { call: CallDocument }) => (
  <section aria-labelledby="stored">
    <h2 id="stored">What is stored</h2>
    {objects.length > 0 && (
      <ul>
        {objects.map(({ key, bytes }) => (
          <li key={key}>
            <code class="id">{key}</code> {size(bytes)}
          </li>
        ))}
      </ul>
    )}
    {items.map(({ title, item }) => (
      <details key={title}>
        <summary>{title}, as the ledger has it</summary>
        <pre tabIndex={0}>{JSON.stringify(item, null, 2)}</pre>
      </details>
    ))}
    <details>
      <summary>{lines.length} lines of the log</summary>
      <pre tabIndex={0}>{lines.map((line) => JSON.stringify(line)).join('\n')}</pre>
    </details>
  </section>
);
