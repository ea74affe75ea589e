"""Which typed addresses may be gone to: read once, in one way, every address behind a name checked."""

from ipaddress import ip_address

import pytest

from zhanggui.kernel.outward.places import Forbidden, Rules, choose, open_to_us, place, rules

STRICT = Rules()

REFUSED = {
    "not-https": (
        "http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd", "gopher://hooks.example.com:70/_x",
        "dict://127.0.0.1:11211/", "ws://hooks.example.com/", "javascript:alert(1)", "data:text/plain,x", "//hooks.example.com/",
        "hooks.example.com/in", "", "HTTP://hooks.example.com/", "ldap://hooks.example.com/", "unix:///run/docker.sock",
    ),
    "userinfo": (
        "https://user@hooks.example.com/", "https://user:word@hooks.example.com/", "https://@hooks.example.com/",
        "https://hooks.example.com@127.0.0.1/", "https://hooks.example.com:443@169.254.169.254/",
    ),
    "port": (
        "https://hooks.example.com:22/", "https://hooks.example.com:25/", "https://hooks.example.com:80/", "https://hooks.example.com:6379/",
        "https://hooks.example.com:0/", "https://hooks.example.com:5432/", "https://hooks.example.com:65535/", "https://hooks.example.com:8080/",
    ),
    "unreadable": (
        "https://hooks.example.com:99999/", "https://hooks.example.com:x/", "https://hooks.example.com:-1/", "https://hooks.example.com\\@127.0.0.1/",
        "https://hooks.example.com/\r\nHost: inside", "https://hooks.exa\tmple.com/", " https://hooks.example.com/", "https://hooks.example.com/ ",
        "https://[::1/", "https://[not-an-address]/", "https://hooks.example.com\u3000/", "https://hooks\x00.example.com/", "https://127.0.0.1\u2028.example.com/",
    ),
    "host": (
        "https:///in", "https://", "https://:443/", "https://%31%32%37.0.0.1/", "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/",
        "https://hooks..example.com/", "https://.example.com/", "https://-hooks.example.com/", "https://hooks.example.com../",
        "https://hooks!.example.com/", f"https://{'a' * 64}.example.com/", f"https://{'a.' * 130}com/",
        "https://hooks,example.com/", "https://[v1.fe80::a]/",
    ),
    "odd-address": (
        "https://2130706433/", "https://0x7f000001/", "https://017700000001/", "https://127.1/", "https://127.0.1/", "https://0x7f.0.0.1/",
        "https://0177.0.0.1/", "https://127.0.0.01/", "https://127.0x0.0.1/", "https://0/", "https://0x/", "https://256.256.256.256/",
        "https://1.2.3.4.5/", "https://999999999999/", "https://3232235777/", "https://0xA9FEA9FE/", "https://hooks.example.1/",
    ),
    "inside": (
        "https://localhost/", "https://localhost./", "https://LOCALHOST/", "https://api.localhost/", "https://redis/", "https://db:8443/",
        "https://metadata.google.internal/", "https://printer.local/", "https://router.lan/", "https://wiki.corp/", "https://nas.home.arpa/",
        "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "https://local\u00adhost/", "https://hidden.onion/", "https://1.0.0.127.in-addr.arpa/",
    ),
    "closed-address": (
        "https://127.0.0.1/", "https://127.0.0.1./", "https://127.255.255.254:8443/", "https://0.0.0.0/", "https://0.1.2.3/", "https://10.0.0.1/",
        "https://100.64.0.1/", "https://169.254.169.254/latest/meta-data/", "https://172.16.0.1/", "https://172.31.255.255/",
        "https://192.0.0.1/", "https://192.0.0.192/", "https://192.0.2.1/", "https://192.88.99.1/", "https://192.168.1.1/", "https://198.18.0.1/",
        "https://198.19.255.255/", "https://198.51.100.7/", "https://203.0.113.9/", "https://224.0.0.1/", "https://239.255.255.250/",
        "https://240.0.0.1/", "https://255.255.255.255/", "https://１２７.０.０.１/", "https://127。0。0。1/", "https://127．0｡0．1/",
        "https://127.0.0.1#@hooks.example.com/", "https://[::]/", "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
        "https://[::ffff:10.0.0.1]/", "https://[::ffff:a9fe:a9fe]/", "https://[::127.0.0.1]/", "https://[64:ff9b::127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b:1::8.8.8.8]/", "https://[2002:7f00:1::]/", "https://[2002:808:808::1]/",
        "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "https://[2001:2::1]/", "https://[2001:db8::1]/", "https://[3fff::1]/",
        "https://[fc00::1]/", "https://[fd12:3456::1]/", "https://[fe80::1]/", "https://[fec0::1]/", "https://[ff02::1]/", "https://[100::1]/",
        "https://[2a00:1450:4001::5efe:10.0.0.1]/", "https://[5f00::1]/",
    ),
    "too-long": (f"https://hooks.example.com/{'a' * 2100}",),
}  # fmt: skip

ALLOWED = {
    "https://hooks.example.com/": ("hooks.example.com", 443, "/"),
    "https://hooks.example.com": ("hooks.example.com", 443, "/"),
    "HTTPS://Hooks.Example.COM./in?a=1&b=%2F": ("hooks.example.com", 443, "/in?a=1&b=%2F"),
    "https://hooks.example.com:8443/in": ("hooks.example.com", 8443, "/in"),
    "https://hooks.example.com:443/in#part": ("hooks.example.com", 443, "/in"),
    "https://例子.中国/收": ("xn--fsqu00a.xn--fiqs8s", 443, "/%E6%94%B6"),
    "https://bücher.example.com/": ("xn--bcher-kva.example.com", 443, "/"),
    "https://hooks。example。com/": ("hooks.example.com", 443, "/"),
    "https://8.8.8.8/": ("8.8.8.8", 443, "/"),
    "https://[2606:4700:4700::1111]/": ("2606:4700:4700::1111", 443, "/"),
    "https://[::ffff:8.8.8.8]/": ("::ffff:808:808", 443, "/"),
    "https://[64:ff9b::8.8.8.8]/": ("64:ff9b::808:808", 443, "/"),
    "https://my_hook.example.com/a/b;c=d": ("my_hook.example.com", 443, "/a/b;c=d"),
    "https://172.32.0.1/": ("172.32.0.1", 443, "/"),
    "https://100.128.0.1/": ("100.128.0.1", 443, "/"),
}


def test_over_a_hundred_ways_to_be_led_inside_are_refused_each_for_its_reason() -> None:
    wrong = []
    for code, urls in REFUSED.items():
        for url in urls:
            try:
                wrong.append((url[:60], place(url, STRICT).host))
            except Forbidden as error:
                if error.code != code:
                    wrong.append((url[:60], error.code))
    assert not wrong, wrong
    assert sum(map(len, REFUSED.values())) >= 130


def test_what_a_shop_really_writes_is_understood() -> None:
    for url, (host, port, target) in ALLOWED.items():
        there = place(url, STRICT)
        assert (there.host, there.port, there.target) == (host, port, target), url
    assert len(ALLOWED) >= 10


def test_one_closed_address_behind_a_name_shuts_all_of_them() -> None:
    assert [str(each) for each in choose(["8.8.8.8", "2606:4700::1111", "8.8.8.8"], STRICT)] == ["8.8.8.8", "2606:4700::1111"]
    for found in (["8.8.8.8", "127.0.0.1"], ["::1"], ["169.254.169.254"], ["fe80::1%eth0"], ["no address"], ["::ffff:10.0.0.1"]):
        with pytest.raises(Forbidden, match="closed-address"):
            choose(found, STRICT)
    with pytest.raises(Forbidden, match="no-address"):
        choose([], STRICT)


def test_the_server_may_open_a_net_a_port_and_http_and_only_those() -> None:
    ours = rules(http=True, ports=[9000], private=["10.1.0.0/16", "fd00:1::/64"])
    for url in ("http://10.1.2.3/", "http://10.1.2.3:9000/in", "https://[fd00:1::5]/", "https://[::ffff:10.1.2.3]/", "https://erp.lan/", "https://db/"):
        place(url, ours)
    for url, code in {
        "http://10.2.0.1/": "closed-address", "https://[fd00:2::5]/": "closed-address", "https://127.0.0.1/": "closed-address",
        "http://10.1.2.3:9001/": "port", "ftp://10.1.2.3/": "not-https", "https://me@10.1.2.3/": "userinfo", "https://10.258/": "odd-address",
    }.items():  # fmt: skip
        with pytest.raises(Forbidden, match=code):
            place(url, ours)
    with pytest.raises(ValueError):
        rules(http=False, ports=[], private=["10.1.0.0/33"])


def test_no_address_of_a_closed_net_slips_through_at_its_edges() -> None:
    for low, high in (
        ("0.0.0.0", "0.255.255.255"), ("10.0.0.0", "10.255.255.255"), ("100.64.0.0", "100.127.255.255"), ("127.0.0.0", "127.255.255.255"),
        ("169.254.0.0", "169.254.255.255"), ("172.16.0.0", "172.31.255.255"), ("192.0.0.0", "192.0.0.255"), ("192.168.0.0", "192.168.255.255"),
        ("198.18.0.0", "198.19.255.255"), ("224.0.0.0", "255.255.255.255"), ("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ):  # fmt: skip
        first, last = int(ip_address(low)), int(ip_address(high))
        kind = type(ip_address(low))
        for step in range(33):
            assert not open_to_us(kind(first + (last - first) * step // 32), STRICT)
    assert all(open_to_us(ip_address(each), STRICT) for each in ("1.1.1.1", "9.255.255.255", "11.0.0.0", "223.255.255.255", "2400::1"))
