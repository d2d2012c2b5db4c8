import { signal } from '@preact/signals';
import type { SettingDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { Loading } from '../parts/notice';

const origins = {
  set: 'set by you',
  default: "Precall's default",
  stack: 'from the stack',
} as const;

const filter = signal('');

/** Shows the functions' settings, and where each value comes from. */
export const Settings = () => {
  const { document, problem } = useDocument<SettingDocument[]>('settings');
  const wanted = filter.value.trim().toUpperCase();
  const shown = document?.filter(({ name }) => name.includes(wanted));
  return (
    <>
      <h1>Settings</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          Find
          <input
            type="search"
            value={filter.value}
            onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
          />
        </label>
      </form>
      {shown === undefined ? (
        <Loading problem={problem} />
      ) : (
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
            {shown.map(({ name, value, origin, functions }) => (
              <tr key={`${name} ${value}`}>
                <th scope="row" data-title="Setting">
                  <code>{name}</code>
                </th>
                <td data-title="Value">
                  <code class="wrapped">{value === '' ? '(empty)' : value}</code>
                </td>
                <td data-title="Comes from">{origins[origin]}</td>
                <td data-title="Functions">
                  {functions.length > 3 ? `${functions.length} functions` : functions.join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
};
