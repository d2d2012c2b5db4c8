import { computed, signal } from '@preact/signals';
import { memo } from 'preact/compat';
import type { CallRow } from '../../shared/documents';
import { duration, shortTime } from '../format';
import { installation } from '../installation';
import { calls, connection, hours } from '../live';
import { Check, Field } from '../parts/field';
import { CallLink, Id } from '../parts/id';
import { Empty, Loading } from '../parts/notice';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import { hrefOf } from '../router';

const filter = signal('');
const isFailedOnly = signal(false);
/** Number of rows drawn at first; more are drawn on request, so that a long list stays responsive. */
const page = 100;
const shownCount = signal(page);

const periods = [
  { value: 1, title: '1 hour' },
  { value: 24, title: '24 hours' },
  { value: 168, title: '7 days' },
  { value: 720, title: '30 days' },
];

const matching = computed(() => {
  const wanted = filter.value.trim().toLowerCase();
  return calls.value.filter(
    (row) =>
      (!isFailedOnly.value || row.isFailed) &&
      (wanted === '' || [row.id, row.agentId, row.voiceId, row.state].join(' ').toLowerCase().includes(wanted)),
  );
});

/** Shows every call of the last hours, and its outcome. */
export const Calls = () => (
  <>
    <div class="heading">
      <h1>Calls</h1>
      <a class="button" href={hrefOf('make-call')}>
        Make a call
      </a>
    </div>
    <Filters />
    <CallTable />
  </>
);

const Filters = () => (
  <form class="filters" onSubmit={(event) => event.preventDefault()}>
    <Field label="Find" value={filter} inputMode="search" placeholder="id, agent, voice or state" />
    <label>
      Since
      <select value={hours.value} onChange={({ currentTarget }) => (hours.value = Number(currentTarget.value))}>
        {periods.map(({ value, title }) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </label>
    <Check label="Only failed" value={isFailedOnly} />
    <span class="count" role="status">
      {matching.value.length === 1 ? '1 call' : `${matching.value.length} calls`}
    </span>
  </form>
);

const NoCalls = () => (
  <Empty title={`No calls in the last ${periods.find(({ value }) => value === hours.value)?.title ?? 'hours'}`}>
    {installation.value?.isLocal === false ? (
      'Choose a longer time above.'
    ) : (
      <>
        <a href={hrefOf('make-call')}>Make a call</a>, choose a longer time above, or send a call from a terminal:{' '}
        <code>npx precall send --sample events/samples/caller.wav --name Ada</code>
      </>
    )}
  </Empty>
);

const CallTable = () => {
  if (calls.value.length === 0) {
    if (connection.value.state === 'live') return <NoCalls />;
    return connection.value.problem === undefined ? <Loading problem={undefined} /> : null;
  }
  if (matching.value.length === 0) return <Empty title="No call matches">Change the filter above.</Empty>;
  const shown = matching.value.slice(0, shownCount.value);
  return (
    <>
      <Table columns={['Time', 'Call', 'State', 'Agent', 'Voice', 'Lasted', 'Ended']}>
        {shown.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </Table>
      {shown.length < matching.value.length && (
        <button type="button" onClick={() => (shownCount.value += page)}>
          Show {Math.min(page, matching.value.length - shown.length)} more
        </button>
      )}
    </>
  );
};

const Row = memo(({ row }: { row: CallRow }) => (
  <tr>
    <td data-title="Time" class="numbers">
      {shortTime(row.atMs)}
    </td>
    <td data-title="Call">
      <CallLink id={row.id} />
    </td>
    <td data-title="State">
      <Tag state={row.state} isFailed={row.isFailed} />
    </td>
    <td data-title="Agent">
      <Id id={row.agentId} />
    </td>
    <td data-title="Voice">
      <Id id={row.voiceId} />
    </td>
    <td data-title="Lasted" class="numbers">
      {row.durationS === undefined ? '–' : duration(row.durationS * 1_000)}
    </td>
    <td data-title="Ended" class="numbers">
      {row.endedAtMs === undefined ? '–' : shortTime(row.endedAtMs)}
    </td>
  </tr>
));
