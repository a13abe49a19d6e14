import "@mantine/core/styles.css";
import "./global.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "@/api/query";
import { isReachable, loadConfig } from "./config";
import { startLanguage } from "./i18n";
import { NoConnection } from "./NoConnection";
import { router } from "./router";
import { readableColours, theme } from "./theme";
import { trustStyleSheetsOnly } from "./trustedTypes";

// Nothing is notified of before somebody has done something.
const Notifications = lazy(() => import("./Notifications"));

function App() {
  return (
    <>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
      <Suspense>
        <Notifications />
      </Suspense>
    </>
  );
}

trustStyleSheetsOnly();
// A page that was open while a release came may ask for parts that are no more: the new page knows the new ones.
window.addEventListener("vite:preloadError", () => {
  const last = Number(sessionStorage.getItem("salus.reloaded"));
  if (Date.now() - last < 60_000) return;
  sessionStorage.setItem("salus.reloaded", String(Date.now()));
  // Without a network there is no new page either: what stands here then says so.
  void isReachable().then((answers) => answers && window.location.reload());
});
// Who signs in will need it; a failure shows where it is needed.
loadConfig().catch(() => undefined);
const speaks = await startLanguage();
const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={readableColours} defaultColorScheme="auto" deduplicateInlineStyles>
        {speaks ? <App /> : <NoConnection />}
      </MantineProvider>
    </StrictMode>,
  );
