import type { ComponentChildren } from 'preact';
import type { Loaded } from '../document';
import { Loading, Notice } from './notice';

interface WithDocumentProps<T> {
  readonly loaded: Loaded<T>;
  readonly children: (document: T) => ComponentChildren;
}

/** Renders a document once it is loaded. If a later read fails, the last one stays, below the reason. */
export const WithDocument = <T,>({ loaded: { document, problem }, children }: WithDocumentProps<T>) =>
  document === undefined ? (
    <Loading problem={problem} />
  ) : (
    <>
      {problem !== undefined && <Notice kind="problem">{problem}</Notice>}
      {children(document)}
    </>
  );
