#!/bin/sh
# 安装或升级 · Install or upgrade, without a network:   sh install.sh [TARGET]      (default: /opt/pinzhi)
#
#   TARGET/releases/…           one folder an installation; the one before stays for going back
#   TARGET/current              the release in use
#   TARGET/bin/pinzhi           the command
#   TARGET/settings.env         settings, yours to edit; never overwritten
#   TARGET/var                  database, files, keys; never touched by this script
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/pinzhi}
version=$(cat "$here/VERSION")
wanted=$(cat "$here/PYTHON")

fail() { echo "install.sh: $*" >&2; exit 1; }

python=${PYTHON:-$(command -v "python$wanted" || command -v python3 || true)}
[ -n "$python" ] || fail "需要 Python $wanted · Python $wanted is needed; name it: PYTHON=/path/to/python$wanted sh install.sh"
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
[ "$found" = "$wanted" ] || fail "本包适用于 Python $wanted，找到的是 $found · this bundle is for Python $wanted, found $found; name another: PYTHON=…"

echo "checking the files"
(cd "$here" && sha256sum --quiet --check SHA256SUMS) || fail "文件不完整，请重新复制 · a file is damaged; copy the archive again"

mkdir -p "$target/releases" "$target/bin"
target=$(cd "$target" && pwd)
# Every installation has a folder of its own: what runs now is not touched until the new one is whole.
release=$target/releases/$version-$(date +%Y%m%d%H%M%S)
trap 'rm -rf "$release"' EXIT
echo "installing $version"
"$python" -m venv "$release"
pip="$release/bin/python -m pip --disable-pip-version-check"
$pip install --quiet --no-index --no-deps "$here"/wheels/*.whl
$pip check >/dev/null || fail "the bundle does not fit together"
trap - EXIT

if [ ! -e "$target/settings.env" ]; then
  cp "$here/settings.env" "$target/settings.env"
  chmod 600 "$target/settings.env"
fi
cat >"$target/bin/pinzhi.new" <<COMMAND
#!/bin/sh
# The command of the release in use, with the settings of this installation.
set -a
PINZHI_STATE_DIR=\${PINZHI_STATE_DIR:-$target/var}
. "$target/settings.env"
set +a
exec "$target/current/bin/pinzhi" "\$@"
COMMAND
chmod 755 "$target/bin/pinzhi.new"
mv "$target/bin/pinzhi.new" "$target/bin/pinzhi"
# One rename switches; `ln -sfn releases/<other> current` goes back.
ln -sfn "releases/$(basename "$release")" "$target/current.new"
mv -T "$target/current.new" "$target/current"
# The release before stays, older ones go.
ls -1dt "$target"/releases/* | tail -n +3 | while read -r old; do rm -rf "$old"; done
sed "s|@TARGET@|$target|g" "$here/pinzhi.service" >"$target/pinzhi.service"

echo "installed: $target/bin/pinzhi ($version)"
echo "下一步 · next: 编辑 edit $target/settings.env, then $target/bin/pinzhi serve"
