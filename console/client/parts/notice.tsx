import type { ComponentChildren } from 'preact';
import { installation } from '../installation';
import { hrefOf } from '../router';

/** Renders a message that a person should read now. */
export const Notice = ({ kind, children }: { kind: 'problem' | 'good' | 'plain'; children: ComponentChildren }) => (
  <p class={`notice notice-${kind}`} role={kind === 'problem' ? 'alert' : 'status'}>
    {children}
  </p>
);

/** Renders a placeholder where there is nothing to show, with what to do. */
export const Empty = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <div class="empty">
    <strong>{title}</strong>
    <div>{children}</div>
  </div>
);

/** Renders a placeholder during loading, as tall as the content, so that the layout does not shift. */
export const Loading = ({ problem }: { problem: string | undefined }) =>
  problem === undefined ? (
    <div class="loading" role="status">
      Loading…
    </div>
  ) : (
    <Notice kind="problem">{problem}</Notice>
  );

/** Renders a link to make a call, where calls can be made. */
export const FirstCall = () =>
  installation.value?.isLocal === true ? <a href={hrefOf('make-call')}>Make a call</a> : null;
