import { signal } from '@preact/signals';
import type { SettingDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { Empty } from '../parts/notice';
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
      <label>
        Find
        <input
          type="search"
          value={filter.value}
          placeholder="part of a name"
          onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
        />
      </label>
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
  <table class="stacked">
    <thead>
      <tr>
        <th scope="col">Setting</th>
        <th scope="col">Value</th>
        <th scope="col">Comes from</th>
        <th scope="col">Functions</th>
      </tr>
    </thead>
    <tbody>
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
          <td data-title="Functions">
            {functions.length > 3 ? `${functions.length} functions` : functions.join(', ')}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
