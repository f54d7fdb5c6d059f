"""A folder that cannot be written to: said clearly; with PostgreSQL the site does not need to."""

import subprocess


def read_only(folder):
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def test_with_postgresql_the_site_serves_all_the_same(make_site, postgres, small_disk):
    site = make_site(postgres=postgres)
    small_disk(site.var, room=64 * 1024)
    read_only(site.var)
    web = site.start_web()
    assert site.predict()[0] == 200
    assert site.page("/compare/?a=pikachu&b=charizard")[0] == 200
    assert site.get("/metrics")[0] == 200
    assert "metrics are kept in" in web.log.read_text()


def test_with_sqlite_it_says_what_is_wrong(make_site, small_disk):
    site = make_site()
    small_disk(site.var, room=64 * 1024)
    read_only(site.var)
    site.start_web(until="/healthz")
    assert site.get("/readyz")[0] == 503
    status, text = site.page("/pokemon/")
    assert status == 503, text
    assert site.predict()[0] == 503
    failed = site.run("setup_data")
    assert failed.returncode == 1
    assert str(site.var) in failed.stderr or "read" in failed.stderr.lower()
    assert "Traceback" not in failed.stderr
