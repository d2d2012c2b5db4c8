import { useData, useRoute } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { nextTick, onMounted, watch } from 'vue';
import './diagrams.css';

const sources = new WeakMap();

const draw = async (isDark) => {
  await nextTick();
  const diagrams = [...document.querySelectorAll('pre.mermaid')];
  if (diagrams.length === 0) return;
  const { default: mermaid } = await import('mermaid');
  for (const diagram of diagrams) {
    if (!sources.has(diagram)) sources.set(diagram, diagram.textContent);
    diagram.textContent = sources.get(diagram);
    diagram.removeAttribute('data-processed');
  }
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark ? 'dark' : 'default' });
  await mermaid.run({ nodes: diagrams });
};

export default {
  extends: DefaultTheme,
  setup() {
    const route = useRoute();
    const { isDark } = useData();
    onMounted(() => draw(isDark.value));
    watch([() => route.path, isDark], () => draw(isDark.value));
  },
};
