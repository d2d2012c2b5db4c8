import { hrefOf } from '../router';

/** Renders an id, which may be longer than its space. */
export const Id = ({ id }: { id: string | undefined }) =>
  id === undefined ? (
    <span class="none">–</span>
  ) : (
    <code class="id" title={id}>
      {id}
    </code>
  );

/** Renders a link to a call. */
export const CallLink = ({ id }: { id: string }) => (
  <a class="id" href={hrefOf(`calls/${encodeURIComponent(id)}`)} title={id}>
    {id}
  </a>
);
