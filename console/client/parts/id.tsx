import { hrefOf } from '../router';

/** An id, which may be longer than its place. */
export const Id = ({ id }: { id: string | undefined }) =>
  id === undefined ? (
    <span class="none">–</span>
  ) : (
    <code class="id" title={id}>
      {id}
    </code>
  );

/** A link to a call. */
export const CallLink = ({ id }: { id: string }) => (
  <a class="id" href={hrefOf(`calls/${encodeURIComponent(id)}`)} title={id}>
    {id}
  </a>
);
