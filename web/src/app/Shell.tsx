import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { LoadingState } from "../ui/States.tsx";
import { Navigation } from "./Navigation.tsx";
import { pages, SIGN_OUT_PATH } from "./pages.tsx";
import { PageBoundary } from "./PageBoundary.tsx";
import styles from "./Shell.module.css";
import { SignOut } from "./SignOut.tsx";
import { Simulator } from "./simulator.ts";

const Stopped = lazy(() => import("./Stopped.tsx"));

/** The frame around every page. */
export function Shell() {
  return (
    <div className={styles.shell}>
      <Navigation />
      <div className={styles.column}>
        <Suspense fallback={null}>
          <Stopped />
        </Suspense>
        <main className={styles.main}>
          <Switch>
            {pages.map(({ path, page: Page }) => (
              <Route key={path} path={path} nest>
                <PageBoundary>
                  <Suspense fallback={<LoadingState />}>
                    <Page />
                  </Suspense>
                </PageBoundary>
              </Route>
            ))}
            <Route path={SIGN_OUT_PATH}>
              <SignOut />
            </Route>
            <Route>
              <Redirect to="/inbox" replace />
            </Route>
          </Switch>
        </main>
      </div>
      {Simulator && (
        <Suspense fallback={null}>
          <Simulator />
        </Suspense>
      )}
    </div>
  );
}
