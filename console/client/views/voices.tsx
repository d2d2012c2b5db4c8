import type { VoiceDocument, VoicesDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { shortTime } from '../format';
import { installation } from '../installation';
import { Action } from '../parts/action';
import { CallLink, Id } from '../parts/id';
import { Empty, FirstCall } from '../parts/notice';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { WithDocument } from '../parts/with-document';
import { postJson } from '../requests';

/** Shows Precall's voices: why each exists, and until when. */
export const Voices = () => (
  <>
    <h1>Voices</h1>
    <WithDocument loaded={useDocument<VoicesDocument>('voices')}>
      {({ slots, voices }) => (
        <>
          {slots !== undefined && (
            <p>
              {slots.used} of {slots.limit} slots of the plan are taken.
            </p>
          )}
          {voices.length === 0 ? (
            <Empty title="No voice yet">
              A pre-call makes the first one. <FirstCall />
            </Empty>
          ) : (
            <VoiceTable voices={voices} />
          )}
        </>
      )}
    </WithDocument>
  </>
);

const VoiceTable = ({ voices }: { voices: readonly VoiceDocument[] }) => (
  <Table columns={['Voice', 'State', 'Used by', 'Until', 'Actions']}>
    {voices.map((voice) => (
      <VoiceRow key={voice.voiceId} voice={voice} />
    ))}
  </Table>
);

const VoiceRow = ({ voice }: { voice: VoiceDocument }) => {
  const { voiceId, state, reason, users, expiresAtMs } = voice;
  const isGone = state === 'deleted' || state === 'deleting';
  const ending = users.length === 0 ? '' : ' Calls that use it end for Precall.';
  const path = `voices/${encodeURIComponent(voiceId)}`;
  return (
    <tr>
      <td data-title="Voice">
        <Id id={voiceId} />
      </td>
      <td data-title="State">
        <Tag state={state} /> <small>{reason}</small>
      </td>
      <td data-title="Used by">{users.length === 0 ? '–' : users.map((id) => <CallLink key={id} id={id} />)}</td>
      <td data-title="Until" class="numbers">
        {shortTime(expiresAtMs)}
      </td>
      <td data-title="Actions">
        {isGone ? (
          <span class="none">–</span>
        ) : (
          <div class="actions">
            <Action
              label="Delete"
              question={`Delete the voice ${voiceId}?${ending}`}
              done="Its deletion is queued."
              look="danger"
              run={() => postJson(`${path}/delete`)}
            />
            {installation.value?.isLocal === true && (
              <Action
                label="Let its time pass"
                question={`Let the time of ${voiceId} be over now, as if nobody had reported the end of its call?`}
                done="Its time is over."
                run={() => postJson(`${path}/expire`)}
              />
            )}
          </div>
        )}
      </td>
    </tr>
  );
};
