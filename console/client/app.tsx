import { useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { duration } from './format';
import { installation, loadInstallation } from './installation';
import { clockAhead, connection } from './live';
import { QuestionDialog } from './parts/ask-first';
import { Notice } from './parts/notice';
import { hrefOf, place } from './router';
import { isPersonal } from './session';
import { Agents } from './views/agents';
import { Call } from './views/call';
import { Callers } from './views/callers';
import { Calls } from './views/calls';
import { Health } from './views/health';
import { MakeCall } from './views/make-call';
import { Queues } from './views/queues';
import { Settings } from './views/settings';
import { Voices } from './views/voices';

const views = [
  { name: '', title: 'Calls', View: Calls },
  { name: 'make-call', title: 'Make a call', View: MakeCall },
  { name: 'agents', title: 'Agents', View: Agents },
  { name: 'voices', title: 'Voices', View: Voices },
  { name: 'callers', title: 'Callers', View: Callers },
  { name: 'queues', title: 'Queues', View: Queues },
  { name: 'settings', title: 'Settings', View: Settings },
  { name: 'health', title: 'Health', View: Health },
];

/** Renders the page: its navigation, and the view of the current address. */
export const App = () => {
  useSignalEffect(() => {
    if (connection.value.state === 'live' && installation.peek() === undefined) void loadInstallation();
  });
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <CurrentView />
      <QuestionDialog />
    </>
  );
};

const Header = () => {
  const [section = ''] = place.value.split('/');
  const current = section === 'calls' ? '' : section;
  const shown = views.filter(({ name }) => name !== 'make-call' || installation.value?.isLocal !== false);
  return (
    <header class="top">
      <div class="bar-top">
        <a class="brand" href={hrefOf('')}>
          Precall
        </a>
        <span class="title">
          {installation.value?.title ?? ''}
          {clockAhead.value > 0 && <strong class="ahead"> {duration(clockAhead.value)} ahead</strong>}
        </span>
        <span class={`connection connection-${connection.value.state}`} role="status">
          {connection.value.state === 'live' ? 'live' : 'connecting'}
        </span>
        <PersonalSwitch />
      </div>
      <nav aria-label="Views">
        {shown.map(({ name, title }) => (
          <a key={name} href={hrefOf(name)} aria-current={name === current ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
    </header>
  );
};

const PersonalSwitch = () => (
  <label class="switch">
    <input
      type="checkbox"
      checked={isPersonal.value === true}
      onChange={({ currentTarget }) => (isPersonal.value = currentTarget.checked)}
    />
    Personal data
  </label>
);

const CurrentView = () => {
  const main = useRef<HTMLElement>(null);
  const [section = '', id] = place.value.split('/');
  const found = views.find(({ name }) => name === section) ?? { title: 'Calls', View: Calls };
  const isCall = section === 'calls' && id !== undefined;
  const title = isCall ? `Call ${decodeURIComponent(id)}` : found.title;
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    document.title = `${title} · Precall console`;
    // Screen readers announce the view to which a link leads. At once, or a key pressed in this frame loses its focus.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [title]);
  return (
    <main id="main" ref={main} tabIndex={-1}>
      {connection.value.problem !== undefined && <Notice kind="problem">{connection.value.problem}</Notice>}
      {isCall ? <Call key={id} id={decodeURIComponent(id)} /> : <found.View />}
    </main>
  );
};
