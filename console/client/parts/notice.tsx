import type { ComponentChildren } from 'preact';

/** A sentence that a person should read now. */
export const Notice = ({ kind, children }: { kind: 'problem' | 'good' | 'plain'; children: ComponentChildren }) => (
  <p class={`notice notice-${kind}`} role={kind === 'problem' ? 'alert' : 'status'}>
    {children}
  </p>
);

/** What stands where there is nothing to show, and says what to do. */
export const Empty = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <div class="empty">
    <strong>{title}</strong>
    <div>{children}</div>
  </div>
);

/** What stands where something is still being read; as high as what follows, so that nothing jumps. */
export const Loading = ({ problem }: { problem: string | undefined }) =>
  problem === undefined ? (
    <div class="loading" role="status">
      Loading…
    </div>
  ) : (
    <Notice kind="problem">{problem}</Notice>
  );
