import { effect, signal } from '@preact/signals';

const tokenKey = 'precall-console-token';
const personalKey = 'precall-console-personal';

/**
 * Reads the token from the address, otherwise from an earlier page of this origin. Removes it from the address bar at
 * once.
 */
const readToken = (): string => {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return localStorage.getItem(tokenKey) ?? '';
  localStorage.setItem(tokenKey, given);
  history.replaceState(null, '', location.pathname + location.search);
  return given;
};

/** The token that every request sends, so that the server knows that it comes from this page. */
export const token = readToken();

const storedPersonal = sessionStorage.getItem(personalKey);

/** Whether names, numbers, transcripts and recordings are shown; undefined until the installation is loaded. */
export const isPersonal = signal<boolean | undefined>(storedPersonal === null ? undefined : storedPersonal === 'on');

effect(() => {
  if (isPersonal.value !== undefined) sessionStorage.setItem(personalKey, isPersonal.value ? 'on' : 'off');
});
