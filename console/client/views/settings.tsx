import { signal } from '@preact/signals';
import type { SettingDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { Field } from '../parts/field';
import { Empty } from '../parts/notice';
import { Table } from '../parts/table';
import { WithDocument } from '../parts/with-document';

const origins = {
  set: 'set',
  default: 'default',
  stack: 'the stack',
} as const;

const filter = signal('');

/** Shows the functions' settings, and where each value comes from. */
export const Settings = () => (
  <>
    <h1>Settings</h1>
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <Field label="Find" value={filter} inputMode="search" placeholder="part of a name" />
    </form>
    <WithDocument loaded={useDocument<SettingDocument[]>('settings')}>
      {(settings) => {
        const shown = settings.filter(({ name }) => name.includes(filter.value.trim().toUpperCase()));
        if (shown.length === 0) return <Empty title="No setting matches">Change the filter above.</Empty>;
        return <SettingTable settings={shown} />;
      }}
    </WithDocument>
  </>
);

const SettingTable = ({ settings }: { settings: readonly SettingDocument[] }) => (
  <Table columns={['Setting', 'Value', 'Comes from', 'Functions']}>
    {settings.map(({ name, value, origin, functions }) => (
      <tr key={`${name} ${value}`}>
        <th scope="row" data-title="Setting">
          <code>{name}</code>
        </th>
        <td data-title="Value">
          {value === '' ? <span class="none">empty</span> : <code class="wrapped">{value}</code>}
        </td>
        <td data-title="Comes from" class="numbers">
          {origins[origin]}
        </td>
        <td data-title="Functions">{functions.length > 3 ? `${functions.length} functions` : functions.join(', ')}</td>
      </tr>
    ))}
  </Table>
);
