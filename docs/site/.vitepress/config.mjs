import { defineConfig } from 'vitepress';

/** Anchors as GitHub makes them, so that one link works in both. */
const slugify = (title) =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

const page = (text, path) => ({ text, link: `/docs/${path}` });

/** A diagram is drawn in the browser, in the colours of the page. */
const drawDiagrams = (md) => {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, ...others) => {
    const { info, content } = tokens[index];
    if (info.trim() !== 'mermaid') return fence(tokens, index, ...others);
    return `<pre class="mermaid" v-pre>${md.utils.escapeHtml(content)}</pre>`;
  };
};

export default defineConfig({
  title: 'Precall',
  description: "Gives an ElevenLabs voice agent the caller's own voice, and takes it back after the call.",
  srcDir: 'content',
  cleanUrls: false,
  lastUpdated: false,
  // Files of the repository that are no pages.
  ignoreDeadLinks: [/LICENSE/, /\.env\.example/, /openapi/, /\/(?:events|bench)\//],
  // No page has HTML of its own: `<name>` in a text is a placeholder.
  markdown: { html: false, anchor: { slugify }, config: drawDiagrams },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Integrate', link: '/docs/guides/concepts' },
      { text: 'Operate', link: '/docs/DEPLOYMENT' },
      { text: 'Develop', link: '/CONTRIBUTING' },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [{ text: 'Precall', link: '/' }, page('All pages', ''), page('Concepts', 'guides/concepts')],
      },
      {
        text: 'Integrate',
        items: [
          page('Your backend', 'guides/backend'),
          page('Your own Twilio number', 'guides/twilio'),
          page('SIP trunk', 'guides/sip-trunk'),
          page("ElevenLabs' own numbers", 'guides/elevenlabs-numbers'),
          page('3CX', 'guides/3cx'),
          page('WhatsApp', 'guides/whatsapp'),
          page('API', 'API'),
          page('Voice samples', 'SAMPLES'),
          page('Voice cloning', 'VOICE_CLONING'),
        ],
      },
      {
        text: 'Operate',
        items: [
          page('Deployment', 'DEPLOYMENT'),
          page('Settings', 'SETTINGS'),
          page('The command', 'SENDER'),
          page('The console', 'CONSOLE'),
          page('Pipeline and permissions', 'PIPELINE'),
          page('Runbook', 'RUNBOOK'),
          page('Secrets', 'SECRETS'),
          page('Recovery', 'RECOVERY'),
          page('Upgrade', 'UPGRADE'),
          page('Costs', 'COSTS'),
          page('Security', 'SECURITY'),
          page('Privacy', 'PRIVACY'),
        ],
      },
      {
        text: 'Develop',
        items: [
          { text: 'Contributing', link: '/CONTRIBUTING' },
          page('Architecture', 'ARCHITECTURE'),
          page('State machines', 'STATES'),
          page('Working on Precall', 'DEVELOPMENT'),
          page('The local stack', 'LOCAL'),
          page('Running one function', 'INVOKE'),
          { text: 'Changelog', link: '/CHANGELOG' },
        ],
      },
    ],
  },
});
