import { signal } from '@preact/signals';

const base = '/console';

const here = (): string => location.pathname.slice(base.length).replace(/^\/|\/$/g, '');

/** The current view: `calls`, `calls/<id>`, `voices`. */
export const place = signal(here());

addEventListener('popstate', () => {
  place.value = here();
});

/** Returns the address of a view. */
export const hrefOf = (view: string): string => (view === '' ? base : `${base}/${view}`);

/** Navigates to a view and scrolls to its top. */
export const goTo = (view: string): void => {
  history.pushState(null, '', hrefOf(view));
  place.value = view;
  scrollTo(0, 0);
};

/** Follows links within the page without reloading it. */
export const followLinks = (event: MouseEvent): void => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.origin !== location.origin || !link.pathname.startsWith(base)) return;
  if (link.hash !== '' || link.target !== '') return;
  event.preventDefault();
  goTo(link.pathname.slice(base.length).replace(/^\//, ''));
};
