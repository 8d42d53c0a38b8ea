// In development only: loads the page anew once what is behind it has changed.
{
  const { stamp, url } = document.currentScript.dataset;
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(url, { cache: "no-store" });
      if ((await answer.text()) !== stamp) location.reload();
    } catch { /* the server is starting again */ }
  }, 1000);
}
